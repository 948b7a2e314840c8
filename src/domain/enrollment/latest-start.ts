import { later } from '../time/instant.js';
import type { Instant } from '../time/types.js';

// Dates of mails have whole seconds, and clocks differ.
const clockToleranceMs = 60_000;

/** The latest beginning of an enrollment that is concerned by what came about at an instant: a minute after it. */
export function latestStart(occurredAt: Instant): Instant {
  return later(occurredAt, clockToleranceMs);
}
