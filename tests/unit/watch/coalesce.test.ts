import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ancestorsOf, coalesce, LONGEST_PERIOD_MS, periodEnd, QUIET_MS } from '../../../src/watch/coalesce.ts';

const dirty = (directory: string, recursive = false, rootId = 1): { rootId: number; directory: string; recursive: boolean } => ({ rootId, directory, recursive });

describe('coalesce', () => {
  it('makes one event of many about a directory', () => {
    assert.deepEqual(coalesce([dirty('/r/a'), dirty('/r/a'), dirty('/r/a')], '/'), [dirty('/r/a')]);
  });
  it('keeps parent and child when the parent is listed alone', () => {
    assert.deepEqual(coalesce([dirty('/r/a/b'), dirty('/r/a')], '/'), [dirty('/r/a'), dirty('/r/a/b')]);
  });
  it('lets a recursive parent swallow everything below, but no neighbour of a like name', () => {
    assert.deepEqual(coalesce([dirty('/r/a/b/c', true), dirty('/r/ab'), dirty('/r/a', true), dirty('/r/a/b')], '/'), [dirty('/r/a', true), dirty('/r/ab')]);
  });
  it('remembers that a directory was to be listed with everything below', () => {
    assert.deepEqual(coalesce([dirty('/r/a', true), dirty('/r/a')], '/'), [dirty('/r/a', true)]);
  });
  it('keeps roots apart', () => {
    assert.deepEqual(coalesce([dirty('/r', true, 1), dirty('/r/a', false, 2)], '/'), [dirty('/r', true, 1), dirty('/r/a', false, 2)]);
  });
  it('turns a flood into one event on the directory that contains it', () => {
    const flood = Array.from({ length: 501 }, (_, index) => dirty(`/r/repo/d${index}`));
    assert.deepEqual(coalesce(flood, '/'), [dirty('/r/repo', true)]);
    assert.equal(coalesce(flood.slice(1), '/').length, 500);
  });
  it('knows the top of the disk', () => {
    assert.deepEqual(coalesce([dirty('/', true), dirty('/a')], '/'), [dirty('/', true)]);
    assert.deepEqual([...ancestorsOf('/a/b', '/')], ['/a', '/']);
    assert.deepEqual([...ancestorsOf('/', '/')], []);
    assert.deepEqual([...ancestorsOf('C:\\a\\b', '\\')], ['C:\\a', 'C:']);
  });
  it('comes to nothing from nothing', () => assert.deepEqual(coalesce([], '/'), []));
});

describe('periodEnd', () => {
  it('waits for quiet', () => assert.equal(periodEnd(1000, 1000), 1000 + QUIET_MS));
  it('waits no longer than the longest period under constant writes', () => assert.equal(periodEnd(1000, 1000 + LONGEST_PERIOD_MS), 1000 + LONGEST_PERIOD_MS));
});
