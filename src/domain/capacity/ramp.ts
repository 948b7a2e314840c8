import { dayMs, fullDays, fullLevels, type DayLevel, type FullSpan } from './full-spans.js';
import type { Ramp, SendLimits } from './limits.js';

type DayLimits = Pick<SendLimits, 'mailboxPerDay' | 'ramp'>;

/** The most emails that a mailbox may have in the 24 hours that end at an instant. */
export function perDayAt({ mailboxPerDay, ramp }: DayLimits, atMs: number): number {
  if (ramp === undefined) return mailboxPerDay;
  return Math.min(mailboxPerDay, ramp.startPerDay + ramp.increasePerDay * stepOf(ramp, atMs));
}

/** The end of the last year that an instant lies in. */
const lastMs = Date.UTC(9998, 11, 31);

/** When the full limit begins to hold, in milliseconds since 1970. */
export function rampEndMs(ramp: Ramp, mailboxPerDay: number): number {
  const steps = Math.ceil((mailboxPerDay - ramp.startPerDay) / ramp.increasePerDay);
  return Math.min(lastMs, ramp.startedAtMs + Math.max(0, steps) * dayMs);
}

/** The limits of a mailbox from an instant on: with its ramp only while the ramp holds it back. */
export function withRamp(limits: SendLimits, ramp: Ramp | null, atMs: number): SendLimits {
  const isBehind = ramp !== null && perDayAt({ ...limits, ramp }, atMs) < limits.mailboxPerDay;
  return isBehind ? { ...limits, ramp } : limits;
}

/**
 * The spans in which one more email would break the daily limit of a mailbox, for times from `fromMs` to before `untilMs`.
 * While a mailbox is warmed up, 24 hours may have as many emails as the limit at their end allows, so an email reserved for
 * next week falls under next week's limit.
 */
export function fullMailboxDays(
  takenMs: readonly number[],
  limits: DayLimits,
  span: { readonly fromMs: number; readonly untilMs: number },
): readonly FullSpan[] {
  const { ramp, mailboxPerDay } = limits;
  if (ramp === undefined) return fullDays(takenMs, mailboxPerDay, 'mailbox_day');
  return fullLevels(takenMs, levelsOf({ mailboxPerDay, ramp }, span), 'mailbox_day');
}

function levelsOf(
  limits: Required<DayLimits>,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): readonly DayLevel[] {
  const { ramp, mailboxPerDay } = limits;
  const levels: DayLevel[] = [];
  for (let startMs = fromMs; startMs < untilMs;) {
    const most = perDayAt(limits, startMs);
    const isLast = most === mailboxPerDay;
    const endMs = isLast ? Infinity : ramp.startedAtMs + (stepOf(ramp, startMs) + 1) * dayMs;
    levels.push({ fromMs: startMs, untilMs: endMs, most });
    startMs = endMs;
  }
  return levels;
}

/** How often the limit has grown by then. */
function stepOf({ startedAtMs }: Ramp, atMs: number): number {
  return Math.max(0, Math.floor((atMs - startedAtMs) / dayMs));
}
