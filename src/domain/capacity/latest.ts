import { fullDay, minuteMs, minuteOf, type FullSpan } from './full-spans.js';
import type { SendLimits } from './limits.js';

/** The latest slots that are taken, in milliseconds since 1970; null where there are not as many. */
export interface Latest {
  readonly lastMs: number | null;
  /** Where the latest slots are as many as a day may have, the first of them. */
  readonly firstOfDayMs: number | null;
}

export interface LatestTaken {
  readonly mailbox: Latest;
  readonly user: Latest;
  /** How many emails the mailbox has in the clock minute of the start. */
  readonly inMinute: number;
}

/**
 * The full spans from `startMs` on, computed from the latest slots alone. Undefined when emails wait beyond the minute of
 * `startMs`, or while the mailbox is warmed up: then all slots around must be read.
 */
export function fullAfter(
  startMs: number,
  { mailbox, user, inMinute }: LatestTaken,
  limits: SendLimits,
): readonly FullSpan[] | undefined {
  if (limits.ramp !== undefined) return undefined;
  const fromMs = minuteOf(startMs);
  const untilMs = fromMs + minuteMs;
  if ((mailbox.lastMs ?? 0) >= untilMs || (user.lastMs ?? 0) >= untilMs) return undefined;
  const limit = 'mailbox_minute';
  return [
    ...(inMinute >= limits.mailboxPerMinute ? [{ fromMs, untilMs, limit } as const] : []),
    ...ofDay(mailbox, 'mailbox_day'),
    ...ofDay(user, 'user_day'),
  ];
}

function ofDay(
  { firstOfDayMs, lastMs }: Latest,
  limit: 'mailbox_day' | 'user_day',
): readonly FullSpan[] {
  return firstOfDayMs === null || lastMs === null ? [] : fullDay(firstOfDayMs, lastMs, limit);
}
