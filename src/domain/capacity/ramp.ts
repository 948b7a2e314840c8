import { dayMs, fullDays, fullLevels, type DayLevel, type FullSpan } from './full-spans.js';
import type { Ramp, SendLimits } from './limits.js';

type DayLimits = Pick<SendLimits, 'mailboxPerDay' | 'ramp'>;

/** How many emails of a mailbox the 24 hours that end at an instant may have. */
export function perDayAt({ mailboxPerDay, ramp }: DayLimits, atMs: number): number {
  if (ramp === undefined) return mailboxPerDay;
  return Math.min(mailboxPerDay, ramp.startPerDay + ramp.increasePerDay * stepOf(ramp, atMs));
}

/** From when on the whole limit holds, in milliseconds since 1970. */
export function rampEndMs(ramp: Ramp, mailboxPerDay: number): number {
  const steps = Math.ceil((mailboxPerDay - ramp.startPerDay) / ramp.increasePerDay);
  return ramp.startedAtMs + Math.max(0, steps) * dayMs;
}

/** The limits by which a mailbox sends from an instant on: with its ramp as long as that holds it back. */
export function withRamp(limits: SendLimits, ramp: Ramp | null, atMs: number): SendLimits {
  const isBehind = ramp !== null && perDayAt({ ...limits, ramp }, atMs) < limits.mailboxPerDay;
  return isBehind ? { ...limits, ramp } : limits;
}

/**
 * Where one more email of a mailbox would break the limit of its day. While it is warmed up the 24 hours that end at some time
 * have no more emails than that time's limit allows, so an email that is reserved for next week has next week's; known
 * from `fromMs` to before `untilMs`.
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
