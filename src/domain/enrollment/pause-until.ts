import { planStep } from '../time/plan-step.js';
import type { Instant } from '../time/types.js';
import { calendarOf, type Decision, type EnrollmentCase, type Refusal } from './enrollment.js';
import { alreadyPaused, objectionTo } from './objection.js';
import { hold, invalid, lift } from './pause.js';
import type { Happening } from './progress.js';
import { isWidePause } from './state.js';

/** How many business days somebody is out of office whose automatic answer names no day of return. */
export const defaultAbsenceDays = 5;

/** The furthest that a pause may end by itself, in days ahead. */
export const maxPauseDays = 731;
const maxPauseMs = maxPauseDays * 86_400_000;

/**
 * Pauses a live enrollment on a person's request, until they resume it or until an instant at most `maxPauseDays` ahead. It
 * replaces an automatic pause or an earlier end; no automatic pause replaces it.
 */
export function pauseByPerson(
  current: EnrollmentCase,
  until: Instant | undefined,
  happening: Happening,
): Decision | Refusal {
  const objection = objectionTo({ type: 'pause', until }, current.standing);
  if (objection !== undefined) return invalid(objection);
  if (until !== undefined && !isWithinReach(until, happening.at)) {
    return invalid(`a pause ends at a time ahead, within ${maxPauseDays} days`);
  }
  return hold(current, { reason: 'manual', until: until ?? null }, happening);
}

/**
 * Handles an out-of-office answer to a live enrollment, which is no reply (worked date 18): pauses until the return that it
 * names, or for `defaultAbsenceDays`. Of several answers the latest return counts. Refused, with nothing changed, where the
 * contact is back by now, and where the enrollment is paused for another reason of its own, such as by a person.
 */
export function pauseForAbsence(
  current: EnrollmentCase,
  returnAt: Instant | undefined,
  happening: Happening,
): Decision | Refusal {
  const { standing } = current;
  if (returnAt !== undefined && returnAt <= happening.at) {
    return invalid('the contact is back by now');
  }
  const until = returnOf(current, returnAt, happening.at);
  const isLonger = standing.pausedUntil === null || standing.pausedUntil < until;
  const isOpen = standing.reason === 'out_of_office' ? isLonger : isWidePause(standing.reason);
  if (standing.state === 'paused' && !isOpen) return invalid(alreadyPaused);
  return hold(current, { reason: 'out_of_office', until }, happening);
}

/**
 * Ends a pause whose time has come; undefined where there is no pause, or its end has moved. A pause that is ended within a
 * minute of its planned instant ends at that instant, so that the wall clock is kept and a preview comes true.
 */
export function endPause(current: EnrollmentCase, happening: Happening): Decision | undefined {
  const { state, pausedUntil } = current.standing;
  if (state !== 'paused' || pausedUntil === null || pausedUntil > happening.at) return undefined;
  const lateMs = Date.parse(happening.at) - Date.parse(pausedUntil);
  return lift(current, { ...happening, at: lateMs < 60_000 ? pausedUntil : happening.at });
}

/** A return that is past or too far ahead to be meant counts as none. */
function returnOf(current: EnrollmentCase, returnAt: Instant | undefined, at: Instant): Instant {
  if (returnAt !== undefined && isWithinReach(returnAt, at)) return returnAt;
  // The contact is back at the same time of day, so the times at which they open mail have no say.
  const calendar = {
    ...calendarOf(current),
    eligibleFollowUpDays: 'BUSINESS_DAYS',
    opens: [],
  } as const;
  return planStep({ kind: 'email', after: at, delayDays: defaultAbsenceDays }, calendar).dueAt;
}

function isWithinReach(until: Instant, at: Instant): boolean {
  return until > at && Date.parse(until) - Date.parse(at) <= maxPauseMs;
}
