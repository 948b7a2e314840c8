import { v7 } from 'uuid';
import type { Instant } from '../domain/time/types.js';

/** A new id whose order is that of creation, by the clock that `at` was read from. */
export function newId(at: Instant): string {
  return v7({ msecs: Date.parse(at) });
}
