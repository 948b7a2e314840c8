import {
  lockEnrollment,
  wasApplied,
  type LockedEnrollment,
} from '../../db/queries/enrollments/read.js';
import { saveDecision } from '../../db/queries/enrollments/save.js';
import { idsToStop } from '../../db/queries/enrollments/list.js';
import type { Viewer } from '../../domain/access/sharing.js';
import { applyMessage, endWithCompany } from '../../domain/enrollment/apply-message.js';
import type { Refusal as RuleRefusal } from '../../domain/enrollment/enrollment.js';
import type { EventEffect } from '../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import type { Completion } from '../../domain/task/outcome.js';
import type { Instant } from '../../domain/time/types.js';
import { invalid } from '../../domain/enrollment/pause.js';
import { isLive } from '../../domain/enrollment/state.js';
import { latestStart } from '../../domain/enrollment/latest-start.js';
import { isLogged, isStopping } from '../../domain/enrollment/stopping.js';
import { happeningOf, type Act } from '../act.js';
import { passOn } from './pass-on.js';

/** Something that is said to an enrollment. */
export interface Saying {
  readonly enrollmentId: string;
  readonly message: EnrollmentMessage;
  /** What is said of the task that a `completeTask` is about. It is no part of the message, which waits for delivery. */
  readonly completion?: Completion;
  /** Whoever may know of only some enrollments; left out when the act is on nobody's behalf. */
  readonly viewer?: Viewer;
  /**
   * When it came about; an enrollment that began more than a minute later is not concerned, unless it is live and a meeting is
   * logged. Now without it.
   */
  readonly occurredAt?: Instant | undefined;
  /**
   * True when the enrollment's own workflow passes the message on: it then needs no word of it, and may pass it on
   * again.
   */
  readonly isFromWorkflow?: boolean;
}

/**
 * The enrollment as it stands now, and what became of it and of others; `refusal` is set where the rules left it as it
 * is.
 */
export interface Taken {
  readonly enrollment: LockedEnrollment;
  /** The enrollments that now end or pause, and why, by id. */
  readonly effects: readonly EventEffect[];
  readonly refusal?: RuleRefusal;
}

/**
 * Decides what a message does to an enrollment, whichever door it came through, and writes that in the act's
 * transaction. From the commit on Postgres holds back what must not be sent, whatever Temporal knows. A reply or a
 * meeting also ends the enrollments of the same company in the same sequence, if the sequence says so (ENR-20 to
 * ENR-23). A message takes effect once by its id. Undefined for an enrollment that is unknown, or that the viewer may
 * not know of.
 */
export async function takeMessage(act: Act, saying: Saying): Promise<Taken | undefined> {
  const { enrollmentId, message, isFromWorkflow = false } = saying;
  const locked = await lockConcerned(act, saying);
  const own = locked.find(({ row }) => row.id === enrollmentId);
  if (own === undefined) return undefined;
  if (await isRepeated(act, own, saying)) return { enrollment: own, effects: [] };
  let taken: Omit<Taken, 'effects'> = { enrollment: own };
  const effects: EventEffect[] = [];
  const told: string[] = [];
  for (const one of locked) {
    const decision = decide(act, one, whenever(own, saying));
    if (decision.kind === 'refusal') {
      if (one === own) taken = { enrollment: own, refusal: decision };
      continue;
    }
    if (decision.log.length === 0) continue;
    const isTold = one !== own || !isFromWorkflow;
    const saved = await saveDecision(act.tx, one, decision, isTold ? message : undefined);
    if (isTold) told.push(saved.row.id);
    if (one === own) taken = { enrollment: saved };
    effects.push(...effectOn(saved));
  }
  passOn(
    act,
    told.sort((a, b) => Number(b === enrollmentId) - Number(a === enrollmentId)),
  );
  return { ...taken, effects };
}

/** A meeting that is logged while the contact is enrolled counts whenever it took place (2.2). */
function whenever({ standing }: LockedEnrollment, saying: Saying): Saying {
  const isWhenever = isLogged(saying.message) && isLive(standing.state);
  return isWhenever ? { ...saying, occurredAt: undefined } : saying;
}

/** True for a message that the enrollment's own workflow passes on again. */
async function isRepeated(
  { tx }: Act,
  { row }: LockedEnrollment,
  { message, isFromWorkflow = false }: Saying,
): Promise<boolean> {
  return isFromWorkflow && (await wasApplied(tx, row, message.messageId));
}

/**
 * Locks the enrollments that a message concerns, by id. The addressed one is left out if the viewer may not know of it.
 */
async function lockConcerned(
  { tx, accountId }: Act,
  { enrollmentId, message, viewer = null }: Saying,
): Promise<readonly LockedEnrollment[]> {
  const ids = isStopping(message) ? await idsToStop(tx, accountId, enrollmentId) : [enrollmentId];
  const locked: LockedEnrollment[] = [];
  for (const id of ids) {
    const one = await lockEnrollment(tx, accountId, id, id === enrollmentId ? viewer : null);
    if (one) locked.push(one);
  }
  return locked;
}

/** What the message does to one of the enrollments that it concerns. */
function decide(
  act: Act,
  one: LockedEnrollment,
  { enrollmentId, message, completion, occurredAt }: Saying,
): ReturnType<typeof applyMessage> {
  if (occurredAt !== undefined && latestStart(occurredAt) < one.row.enrolledAt) {
    return invalid('it began after that');
  }
  if (one.row.id === enrollmentId) {
    return applyMessage(one, message, happeningOf(act), completion);
  }
  if (!isStopping(message)) throw new Error(`a ${message.type} concerns nobody else`);
  const happening = { ...happeningOf(act), messageId: message.messageId };
  return endWithCompany(one, message, happening, { throughEnrollmentId: enrollmentId });
}

function effectOn({ row, standing }: LockedEnrollment): readonly EventEffect[] {
  const { state, reason, pausedUntil } = standing;
  if (reason === null) return [];
  const until = state === 'paused' && pausedUntil !== null ? { until: pausedUntil } : {};
  return [{ enrollmentId: row.id, state, reason, ...until }];
}
