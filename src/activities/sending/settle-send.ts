import { newId } from '../../db/new-id.js';
import type { Tx } from '../../db/client.js';
import { advanceSend, type EmailSendRow } from '../../db/queries/email-sends.js';
import { lockEnrollment } from '../../db/queries/enrollments/read.js';
import { queueForWorkflow, saveDecision } from '../../db/queries/enrollments/save.js';
import type { Happening } from '../../domain/enrollment/progress.js';
import { afterSend } from '../../domain/enrollment/send-outcome.js';
import { statusOf, type EnrollmentStatus } from '../../domain/enrollment/status.js';
import { turnOfStep, whyNotNow } from '../../domain/sending/may-send.js';
import type { SubmitOutcome } from '../../mail/outgoing/port.js';
import { InvariantError } from '../../usecases/invariant-error.js';
import { factsOf, judge, ledgerState } from './judge-outcome.js';
import { suppressRecipient } from '../../usecases/contact/suppress-recipient.js';

/**
 * The last look before the first byte (the boundary between "safe to try again" and "may be delivered"): `in_data` is
 * committed if the enrollment is still live and not paused, and the lease still ours. A reply or a pause that was committed
 * before this stops the mail; a later one finds it on its way. May be asked again while no byte has left.
 */
export async function enterData(tx: Tx, send: EmailSendRow): Promise<'go' | 'stop'> {
  const locked = await lockEnrollment(tx, send.accountId, send.enrollmentId);
  const turn = locked === undefined ? 'over' : turnOfStep(locked.standing, send.stepId);
  const obstacle = whyNotNow({ turn, isHeld: Boolean(locked?.heldBy) });
  const from = ['connecting', 'in_data'] as const;
  if (obstacle === undefined) {
    return (await advanceSend(tx, send, { from, to: 'in_data' })) ? 'go' : 'stop';
  }
  // A paused email is sent later; one whose enrollment has ended or gone on never is.
  const to = obstacle.kind === 'over' ? 'withdrawn' : 'reserved';
  await advanceSend(tx, send, { from, to });
  return 'stop';
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
  if (outcome.kind === 'stopped') return statusOf(locked);
  const result = judge(outcome);
  const moved = await advanceSend(tx, send, {
    // A late answer settles even a send that was given up as unknown.
    from: result.kind === 'unknown' ? ['in_data'] : ['connecting', 'in_data', 'unknown'],
    to: ledgerState(result),
    settledAt: now,
    ...factsOf(outcome),
  });
  if (!moved) return statusOf(locked);
  const happening: Happening = {
    at: now,
    actor: { kind: 'system' },
    cause: { kind: 'smtpReply' in factsOf(outcome) ? 'server_reply' : 'due' },
  };
  const attempt = { sendId: send.id, stepId: send.stepId, attempts: send.attempts };
  const decision = afterSend(locked, attempt, result, happening);
  if (result.kind === 'bounced') await suppressRecipient(tx, send, now);
  if (decision.kind === 'refusal') return statusOf(locked);
  const saved = await saveDecision(tx, locked, decision);
  // Another attempt had told the workflow that the enrollment is paused, which is no longer so.
  if (locked.standing.reason === 'send_uncertain' && saved.standing.state !== 'paused') {
    await queueForWorkflow(tx, locked.row, { type: 'resume', messageId: newId(now) });
  }
  return statusOf(saved);
}
