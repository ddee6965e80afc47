// Package gateway limits how many requests one customer may send.
//
// A token bucket fills at a steady rate up to a ceiling. Every request takes one token; when the bucket is empty the
// request is turned away. Short bursts pass, a flood does not.
package gateway

import (
	"sync"
	"time"
)

// Bucket is safe for use by several goroutines.
type Bucket struct {
	mutex     sync.Mutex
	capacity  float64
	perSecond float64
	tokens    float64
	updated   time.Time
}

// NewBucket returns a full bucket.
func NewBucket(capacity, perSecond float64, now time.Time) *Bucket {
	return &Bucket{capacity: capacity, perSecond: perSecond, tokens: capacity, updated: now}
}

// Allow takes one token if there is one. When there is none it says how long the caller should wait before trying again.
func (b *Bucket) Allow(now time.Time) (bool, time.Duration) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	elapsed := now.Sub(b.updated).Seconds()
	b.updated = now
	b.tokens = min(b.capacity, b.tokens+elapsed*b.perSecond)
	if b.tokens >= 1 {
		b.tokens--
		return true, 0
	}
	missing := (1 - b.tokens) / b.perSecond
	return false, time.Duration(missing * float64(time.Second))
}
