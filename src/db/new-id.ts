import { randomInt } from 'node:crypto';
import { v7 } from 'uuid';
import type { Instant } from '../domain/time/types.js';

/** Leaves as many numbers to count on from. */
const highestStart = 2 ** 31;
const latest = { msecs: Number.NaN, seq: 0 };

/**
 * A new id; ids sort by creation, by the clock that `at` was read from. Within one millisecond this holds for the ids
 * that this process makes one after the other.
 */
export function newId(at: Instant): string {
  const msecs = Date.parse(at);
  latest.seq = msecs === latest.msecs ? latest.seq + 1 : randomInt(highestStart);
  latest.msecs = msecs;
  return v7({ msecs, seq: latest.seq });
}
