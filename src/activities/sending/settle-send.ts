import { newId } from '../../db/new-id.js';
import type { Tx } from '../../db/client.js';
import { advanceSend, type EmailSendRow } from '../../db/queries/email-sends.js';
import { suppressionOf } from '../../db/queries/suppressions.js';
import { lockEnrollment, type LockedEnrollment } from '../../db/queries/enrollments/read.js';
import { queueForWorkflow, saveDecision } from '../../db/queries/enrollments/save.js';
import type { Decision } from '../../domain/enrollment/enrollment.js';
import { afterProof, afterSend, type SendAttempt } from '../../domain/enrollment/send-outcome.js';
import { statusOf, type EnrollmentStatus } from '../../domain/enrollment/status.js';
import { turnOfStep, whyNotNow, type SendFacts } from '../../domain/sending/may-send.js';
import type { SubmitOutcome } from '../../mail/outgoing/port.js';
import { InvariantError } from '../../usecases/invariant-error.js';
import { due } from '../transact.js';
import { factsOf, judge, ledgerState, movedFrom } from './judge-outcome.js';
import { suppressRecipient } from '../../usecases/contact/suppress-recipient.js';

/**
 * A last look before the first byte (the boundary between "safe to try again" and "may be delivered"): `in_data` is committed
 * if the enrollment is still live and not paused, its recipient may be written to, and the lease still ours. A reply, a
 * pause or a suppression that was committed before this stops the mail; a later one finds it on its way. May be asked again
 * while no byte has left.
 */
export async function enterData(tx: Tx, send: EmailSendRow, now: string): Promise<'go' | 'stop'> {
  const locked = await lockEnrollment(tx, send.accountId, send.enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${send.enrollmentId}`);
  const facts: SendFacts = {
    turn: turnOfStep(locked.standing, send.stepId),
    isHeld: Boolean(locked.heldBy),
    suppression: await suppressionOf(tx, send.accountId, send.recipient),
  };
  if (whyNotNow(facts) === undefined) {
    const from = ['connecting', 'in_data'] as const;
    return (await advanceSend(tx, send, { from, to: 'in_data' })) ? 'go' : 'stop';
  }
  await takeBack(tx, locked, send, now);
  return 'stop';
}

/**
 * Takes a send back of which no byte has left and none will, as the attempt that holds the fence knows. A paused email is sent
 * later; one whose enrollment has ended or gone on never is. What others have taken for uncertain meanwhile is certain now.
 */
async function takeBack(
  tx: Tx,
  locked: LockedEnrollment,
  send: EmailSendRow,
  now: string,
): Promise<LockedEnrollment> {
  const to = isPassed(locked, send) ? 'withdrawn' : 'reserved';
  if (await advanceSend(tx, send, { from: ['connecting', 'in_data'], to })) return locked;
  if (!(await advanceSend(tx, send, { from: ['unknown'], to }))) return locked;
  const decision = afterProof(locked, attemptOf(send), { at: now, ...due });
  return saveLate(tx, locked, decision, now);
}

/** Writes what became of the attempt, on the ledger and on the enrollment, in one transaction. */
export async function settleSend(
  tx: Tx,
  send: EmailSendRow,
  outcome: SubmitOutcome,
  now: string,
): Promise<EnrollmentStatus> {
  const locked = await lockEnrollment(tx, send.accountId, send.enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${send.enrollmentId}`);
  if (outcome.kind === 'stopped') return statusOf(await takeBack(tx, locked, send, now));
  const result = judge(outcome);
  const facts = factsOf(outcome);
  const moved = await advanceSend(tx, send, {
    from: movedFrom(result),
    to: ledgerState(result, isPassed(locked, send)),
    settledAt: now,
    ...facts,
  });
  if (!moved) return statusOf(locked);
  const cause = 'smtpReply' in facts ? ({ kind: 'server_reply' } as const) : due.cause;
  const decision = afterSend(locked, attemptOf(send), result, { ...due, at: now, cause });
  if (result.kind === 'bounced') await suppressRecipient(tx, send, now);
  if (decision.kind === 'refusal') return statusOf(locked);
  return statusOf(await saveLate(tx, locked, decision, now));
}

/**
 * Another attempt, or word of a pause, may have told the workflow where the enrollment stood before this outcome, and this
 * attempt's answer may reach nobody; so a workflow that was paused meanwhile hears of it.
 */
async function saveLate(
  tx: Tx,
  locked: LockedEnrollment,
  decision: Decision,
  now: string,
): Promise<LockedEnrollment> {
  const saved = await saveDecision(tx, locked, decision);
  const wasPaused = locked.standing.state === 'paused';
  if (wasPaused && saved.standing.reason !== 'send_uncertain') {
    await queueForWorkflow(tx, locked.row, { type: 'versionChanged', messageId: newId(now) });
  }
  return saved;
}

function isPassed({ standing }: LockedEnrollment, { stepId }: EmailSendRow): boolean {
  return turnOfStep(standing, stepId) === 'over';
}

function attemptOf({ id: sendId, stepId, attempts }: EmailSendRow): SendAttempt {
  return { sendId, stepId, attempts };
}
