import type { Instant } from '../time/types.js';
import { isLive, type EnrollmentReason, type EnrollmentState } from './state.js';

/** One enrollment of a contact, live or ended. */
export interface PastEnrollment {
  readonly id: string;
  readonly sequenceId: string;
  readonly state: EnrollmentState;
  readonly reason: EnrollmentReason | null;
  /** Replies and meetings after its end, as the reasons that they would have been. */
  readonly lateReasons?: readonly EnrollmentReason[];
  readonly enrolledAt: Instant;
  readonly endedAt: Instant | null;
}

/** A contact's enrollments summed up (SEQ-25); each date is an instant, null when there is none. */
export interface EnrollmentProperties {
  /** Whether an enrollment has not ended. */
  readonly isEnrolled: boolean;
  /** How often it was enrolled, ended or not. */
  readonly enrolledCount: number;
  readonly activelyEnrolledCount: number;
  /** The sequence of the latest enrollment. */
  readonly latestSequenceEnrolledId: string | null;
  readonly latestSequenceEnrolledDate: Instant | null;
  readonly latestSequenceEndedDate: Instant | null;
  readonly latestSequenceFinishedDate: Instant | null;
  readonly latestSequenceUnenrolledDate: Instant | null;
}

/** The enrollment properties of a contact with this history, in whatever order. */
export function enrollmentProperties(history: readonly PastEnrollment[]): EnrollmentProperties {
  const live = history.filter(({ state }) => isLive(state)).length;
  const latest = history.reduce<PastEnrollment | null>(
    (best, each) => (best === null || isLater(each, best) ? each : best),
    null,
  );
  const ended = (state?: EnrollmentState) =>
    latestOf(history.filter((each) => state === undefined || each.state === state));
  return {
    isEnrolled: live > 0,
    enrolledCount: history.length,
    activelyEnrolledCount: live,
    latestSequenceEnrolledId: latest?.sequenceId ?? null,
    latestSequenceEnrolledDate: latest?.enrolledAt ?? null,
    latestSequenceEndedDate: ended(),
    latestSequenceFinishedDate: ended('finished'),
    latestSequenceUnenrolledDate: ended('unenrolled'),
  };
}

function isLater(a: PastEnrollment, b: PastEnrollment): boolean {
  return a.enrolledAt === b.enrolledAt ? a.id > b.id : a.enrolledAt > b.enrolledAt;
}

function latestOf(history: readonly PastEnrollment[]): Instant | null {
  return history.reduce<Instant | null>(
    (best, { endedAt }) => (endedAt !== null && (best === null || endedAt > best) ? endedAt : best),
    null,
  );
}
