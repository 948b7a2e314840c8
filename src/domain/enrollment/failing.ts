import { formatLocal, momentText } from '../time/format.js';
import { later } from '../time/instant.js';
import type { Instant, TimeZone } from '../time/types.js';
import type { EnrollmentStatus } from './status.js';

/** Where a run believes its enrollment to stand: enough to go on with while Postgres cannot be asked. */
export interface Belief extends Pick<EnrollmentStatus, 'state' | 'reason' | 'step' | 'failing'> {
  /** The zone that its times are told in; UTC where a run of an earlier release does not say it. */
  readonly timeZone?: TimeZone;
}

/**
 * Where an enrollment stands whose step has no place or no turn yet: where it stood, and tried again after `waitMs`
 * milliseconds, at least one second.
 */
export function awaitTurn(
  { state, reason, step, timeZone }: Belief,
  { code, now, waitMs }: { readonly code: string; readonly now: Instant; readonly waitMs: number },
): EnrollmentStatus {
  const nextAt = later(now, Math.max(1000, waitMs));
  const what = step === null ? 'The next step' : `Step ${step.position}`;
  return {
    ...{ state, reason, step, nextAt },
    summary: `waits for its turn (${code})`,
    why: `${what} waits for its turn (${code}) until ${told(formatLocal, nextAt, timeZone)}.`,
  };
}

const minuteMs = 60_000;
/** The longest wait between two tries, in milliseconds. */
const longestMs = 30 * minuteMs;

/**
 * Where an enrollment stands whose step, end of a pause, or look at Postgres fails for the reason `code`: where it stood,
 * and tried again after 1, 2, 4 minutes and so on, at most 30. `spread`, from 0 to 1, takes up to a fifth off, so that
 * many who failed at once do not come back at once.
 */
export function putOff(
  belief: Belief,
  { code, now, spread }: { readonly code: string; readonly now: Instant; readonly spread: number },
): EnrollmentStatus {
  const { state, reason, step, failing, timeZone } = belief;
  const since = failing?.since ?? now;
  const rounds = (failing?.rounds ?? 0) + 1;
  const waitMs = Math.min(longestMs, minuteMs * 2 ** Math.min(rounds - 1, 10));
  const nextAt = later(now, waitMs * (1 - spread / 5));
  const what = step === null ? 'The next step' : `Step ${step.position}`;
  return {
    ...{ state, reason, step, nextAt },
    failing: { since, rounds },
    summary: `fails (${code}), tried again`,
    why: `${what} fails since ${told(momentText, since, timeZone)} (${code}), tried again on ${told(formatLocal, nextAt, timeZone)}; the worker's log says more.`,
  };
}

/** A zone that this worker does not know may be what fails. */
function told(format: typeof formatLocal, at: Instant, timeZone: TimeZone = 'UTC'): string {
  try {
    return format(at, timeZone);
  } catch {
    return at;
  }
}
