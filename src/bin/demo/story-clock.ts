import type { Instant } from '../../domain/time/types.js';

/** The story's clock: the machine's, put forward. */
export interface StoryClock {
  now(): Instant;
  /** Moves it forward to an instant, never back. */
  moveTo(instant: Instant): void;
  /** Returns to the machine's time, when the story is over. */
  reset(): void;
}

export function createStoryClock(begin: Instant | undefined): StoryClock {
  let offsetMs = begin === undefined ? 0 : Math.max(0, Date.parse(begin) - Date.now());
  return {
    now: () => new Date(Date.now() + offsetMs).toISOString(),
    moveTo: (instant) => {
      offsetMs = Math.max(offsetMs, Date.parse(instant) - Date.now());
    },
    reset: () => {
      offsetMs = 0;
    },
  };
}
