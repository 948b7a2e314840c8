import type { Instant } from './types.js';

const canonical = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/**
 * Milliseconds since 1970-01-01T00:00Z of an instant.
 *
 * Only the one spelling that `Instant` describes is taken, so that instants can be compared as
 * strings everywhere else. Anything else is a RangeError that names it.
 */
export function toEpochMs(instant: Instant): number {
  const epochMs = canonical.test(instant) ? Date.parse(instant) : Number.NaN;
  // 30 February parses as another day, so only what prints back the same is taken.
  if (Number.isNaN(epochMs) || new Date(epochMs).toISOString() !== instant) {
    throw new RangeError(`Not an instant (want 2026-11-26T22:00:00.000Z): ${instant}`);
  }
  return epochMs;
}

/** The instant at `epochMs` milliseconds since 1970-01-01T00:00Z, within the years 0000–9999. */
export function fromEpochMs(epochMs: number): Instant {
  return new Date(epochMs).toISOString();
}

/** The instant `ms` milliseconds after another, or before it if they are negative; a part of a millisecond is left out. */
export function later(at: Instant, ms: number): Instant {
  return fromEpochMs(toEpochMs(at) + ms);
}

/** How long from `now` until `at` in whole seconds, rounded up; at least 1. */
export function secondsUntil(at: Instant, now: Instant): number {
  return Math.max(1, Math.ceil((toEpochMs(at) - toEpochMs(now)) / 1000));
}

/** The later of two instants. */
export function latest(a: Instant, b: Instant): Instant {
  return a < b ? b : a;
}
