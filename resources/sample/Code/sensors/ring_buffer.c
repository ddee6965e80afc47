/*
 * The last readings of a temperature sensor, kept in a ring of fixed size: no memory is allocated after start, and when the
 * ring is full the oldest reading makes room for the newest.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define READINGS 64

struct reading {
    uint32_t seconds;
    int16_t tenths_of_degree;
};

struct ring {
    struct reading slots[READINGS];
    size_t first;
    size_t count;
};

void ring_push(struct ring *ring, struct reading reading)
{
    size_t slot = (ring->first + ring->count) % READINGS;
    ring->slots[slot] = reading;
    if (ring->count < READINGS) {
        ring->count++;
    } else {
        ring->first = (ring->first + 1) % READINGS;
    }
}

/* Mean of all readings, rounded toward zero. False when there are none yet. */
bool ring_average(const struct ring *ring, int16_t *average)
{
    int32_t sum = 0;
    if (ring->count == 0) {
        return false;
    }
    for (size_t i = 0; i < ring->count; i++) {
        sum += ring->slots[(ring->first + i) % READINGS].tenths_of_degree;
    }
    *average = (int16_t)(sum / (int32_t)ring->count);
    return true;
}
