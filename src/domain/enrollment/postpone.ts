import { isOfDay, type LimitKind } from '../capacity/limits.js';
import { nextLook } from '../sending/unreadable-password.js';
import { later } from '../time/instant.js';
import { fitToWindow } from '../time/fit-to-window.js';
import { localDateAt } from '../time/zone.js';
import type { Instant, Why } from '../time/types.js';
import {
  calendarOf,
  keepsWindow,
  type Decision,
  type EnrollmentCase,
  type Standing,
} from './enrollment.js';
import type { LogData, LogType } from './log.js';
import { entry, type Happening } from './progress.js';

const minute = 60_000;
/** How long to wait after the first, second, … refusal that may pass. */
const softBounceGapsMs = [
  5 * minute,
  15 * minute,
  45 * minute,
  120 * minute,
  240 * minute,
] as const;
const longestGapMs = 60 * minute;

/** Moves the step that is next to a later time and says so in the log. */
export function postpone(
  current: EnrollmentCase,
  to: { readonly nextAt: Instant; readonly why: readonly Why[] },
  happening: Happening,
  record: {
    readonly type: Extract<LogType, 'rescheduled' | 'email_deferred'>;
    readonly data: LogData;
  },
): Decision {
  const { standing } = current;
  const next = { stepId: standing.stepId ?? '', at: to.nextAt, why: to.why };
  return {
    kind: 'decision',
    standing: { ...standing, nextAt: to.nextAt, why: to.why },
    log: [entry(record.type, standing.stepId, happening, { ...record.data, next })],
  };
}

/** The slot that an email waits for when a limit holds it back. */
export interface AwaitedSlot {
  readonly at: Instant;
  readonly limit: LimitKind;
}

/**
 * Makes the next email wait for its slot; if it is the first step, the enrollment is `scheduled` with the limit as its
 * reason.
 */
export function awaitSlot(
  current: EnrollmentCase,
  slot: AwaitedSlot,
  happening: Happening,
): Decision {
  const to = { nextAt: slot.at, why: whySlot(slot) };
  const decision = postpone(current, to, happening, { type: 'rescheduled', data: {} });
  const { lastDoneAt } = current.standing;
  return { ...decision, standing: { ...decision.standing, ...slotState(lastDoneAt, slot) } };
}

/** Makes the next email wait until its mail server, which failed again and again, is tried anew. */
export function awaitServer(
  current: EnrollmentCase,
  nextAt: Instant,
  happening: Happening,
): Decision {
  const why = [{ rule: 'no_connection', at: happening.at }] as const;
  return postpone(current, { nextAt, why }, happening, { type: 'rescheduled', data: {} });
}

/** Makes the next email, whose send has this id, wait while no key opens the password of its mailbox. */
export function awaitPassword(
  current: EnrollmentCase,
  sendId: string,
  happening: Happening,
): Decision {
  const first = current.standing.why.find(({ rule }) => rule === 'password_unreadable');
  const since = first?.rule === 'password_unreadable' ? first.since : happening.at;
  const why = [{ rule: 'password_unreadable', since }] as const;
  const nextAt = nextLook(since, happening.at, sendId);
  return postpone(current, { nextAt, why }, happening, { type: 'rescheduled', data: {} });
}

/** The standing of a new enrollment whose first email has a slot later than now. */
export function beginAtSlot(standing: Standing, slot: AwaitedSlot): Standing {
  return { ...standing, ...slotState(null, slot), nextAt: slot.at, why: whySlot(slot) };
}

/** Why an email goes out at its slot and not before. */
export function whySlot({ at, limit }: AwaitedSlot): readonly Why[] {
  return [{ rule: 'send_limit', limit, movedTo: at }];
}

/** The state in which an email waits for its slot: `scheduled` for the first, still `active` for a later one. */
export function slotState(
  lastDoneAt: Instant | null,
  { limit }: Pick<AwaitedSlot, 'limit'>,
): Pick<Standing, 'state' | 'reason'> {
  if (lastDoneAt !== null) return { state: 'active', reason: null };
  return { state: 'scheduled', reason: isOfDay(limit) ? 'send_limit' : 'no_slot' };
}

/** Whether the next email waits until its mail server, or the password of its mailbox, is tried anew. */
export function isPutOff({ why }: Pick<Standing, 'why'>): boolean {
  const rule = why[0]?.rule;
  return rule === 'deferred' || rule === 'no_connection' || rule === 'password_unreadable';
}

/** The slot that an enrollment waits for, even while it is paused; undefined when there is none. */
export function awaitedSlot({ why }: Standing): AwaitedSlot | undefined {
  const held = why.find(({ rule }) => rule === 'send_limit');
  return held?.rule === 'send_limit' ? { at: held.movedTo, limit: held.limit } : undefined;
}

/**
 * Whether the time of the next step has come. The workflow comes too early when it has not yet heard that the step was put
 * off: it then looks again at the time that is set now.
 */
export function hasCome({ nextAt }: Standing, at: Instant): boolean {
  return nextAt !== null && nextAt <= at;
}

/** When an email that keeps to the window and is late may go out, or undefined for now; others are never moved (SET-01). */
export function lateEmail(
  current: EnrollmentCase,
  at: Instant,
): { readonly nextAt: Instant; readonly why: readonly Why[] } | undefined {
  if (!keepsWindow(current)) return undefined;
  const plan = fitToWindow(at, calendarOf(current));
  return plan.dueAt === at ? undefined : { nextAt: plan.dueAt, why: plan.why };
}

/**
 * When an email that the server refused for now is tried again: after growing gaps, within the same eligible day. Undefined
 * when the day has no room left: the enrollment then pauses.
 */
export function afterSoftBounce(
  current: EnrollmentCase,
  attempts: number,
  at: Instant,
): Instant | undefined {
  // After the last gap the enrollment pauses; resuming it grants a fresh round of gaps.
  const next = afterRefusal(((attempts - 1) % (softBounceGapsMs.length + 1)) + 1, at);
  if (next === undefined) return undefined;
  const zone = current.timeZone;
  if (localDateAt(next, zone) !== localDateAt(at, zone)) return undefined;
  return lateEmail(current, next) === undefined ? next : undefined;
}

/** When a mail is tried again after its n-th refusal for now; undefined after the last gap. */
export function afterRefusal(attempts: number, at: Instant): Instant | undefined {
  const gap = softBounceGapsMs[attempts - 1];
  return gap === undefined ? undefined : later(at, gap);
}

/** When an unreachable mail server is tried again: soon at first, then hourly. */
export function afterNoConnection(attempts: number, at: Instant): Instant {
  return later(at, Math.min(longestGapMs, minute * 2 ** Math.min(attempts - 1, 10)));
}
