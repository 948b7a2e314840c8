import {
  taskEmailWorkflowId,
  type TaskEmailActivities,
  type TaskEmailAttemptInput,
  type TaskEmailProgress,
} from '../../contract/task-email.js';
import type { Tx } from '../../db/client.js';
import {
  advanceSend,
  findSend,
  renewLease,
  type EmailSendRow,
} from '../../db/queries/email-sends.js';
import { turnOfTask, whyNotNow } from '../../domain/sending/may-send.js';
import { isUnderWay } from '../../domain/task/task-email.js';
import type { Instant } from '../../domain/time/types.js';
import type { SubmitOutcome } from '../../mail/outgoing/port.js';
import { activityClock } from '../activity-clock.js';
import {
  claimTaskEmail,
  holdTaskEmail,
  leaveUncertain,
  ownSend,
  readTaskSend,
  withdraw,
} from './claim-task-email.js';
import {
  concludeProof,
  concludeTaskEmail,
  progressOf,
  type HeldTaskEmail,
} from './conclude-task-email.js';
import type { ActivityDeps } from '../deps.js';
import { factsOf, judge, ledgerState, movedFrom } from './judge-outcome.js';
import { sendUnderLease, stillSending } from './send-under-lease.js';
import { suppressRecipient } from '../../usecases/contact/suppress-recipient.js';

/** Sends the email of a task, once in effect, and tells the enrollment's workflow at once what this has changed. */
export function createSendTaskEmail(deps: ActivityDeps): TaskEmailActivities['sendTaskEmail'] {
  return async (input) => {
    const progress = await sendUnderLease(deps, activityClock(deps, input.at), {
      mailId: taskEmailWorkflowId(input),
      claim: (tx, terms) => claimTaskEmail(tx, input, deps, terms),
      renew: (send) => renewLease(deps.db, send, deps.sendLeaseMs),
      enterData: (tx, send, now) => enterTaskData(tx, input, send, now),
      settle: (tx, send, outcome, now) => settleTaskEmail(tx, input, { send, outcome, now }),
    });
    const { accountId, enrollmentId } = input;
    if (!isUnderWay(progress.state)) {
      const target = { kind: 'enrollment', accountId, id: enrollmentId } as const;
      await deps.ports.workflows.deliver(target);
    }
    return progress;
  };
}

/** Writes a cancellation in the Temporal UI to Postgres. A try that has ended, or that cannot be stopped any more, stays as it is. */
export function createWithdrawTaskEmail(
  deps: ActivityDeps,
): TaskEmailActivities['withdrawTaskEmail'] {
  return (input) => {
    const { now } = activityClock(deps, input.at);
    return deps.db.transaction((tx) => withdrawTaskEmail(tx, input, now()));
  };
}

async function withdrawTaskEmail(
  tx: Tx,
  input: TaskEmailAttemptInput,
  now: Instant,
): Promise<TaskEmailProgress> {
  const held = await holdTaskEmail(tx, input);
  const { task, email } = held;
  if (!isUnderWay(email.state)) return progressOf(email, now);
  const found = await findSend(tx, task);
  const own = ownSend(email, found);
  if (own?.send.state !== 'in_data') return withdraw(tx, held, own?.send, now);
  if (own.leaseMs > 0) throw stillSending(own.leaseMs);
  return leaveUncertain(tx, held, own.send, now);
}

/**
 * A last look before the first byte: `in_data` is committed if the task is still open, its contact may still be written to,
 * and the lease is still ours. A change that was committed before this stops the mail; a later one finds it on its way.
 */
async function enterTaskData(
  tx: Tx,
  input: TaskEmailAttemptInput,
  send: EmailSendRow,
  now: Instant,
): Promise<'go' | 'stop'> {
  const held = await holdTaskEmail(tx, input);
  const from = ['connecting', 'in_data'] as const;
  if (whyNotNow(await readTaskSend(tx, held)) === undefined) {
    return (await advanceSend(tx, send, { from, to: 'in_data' })) ? 'go' : 'stop';
  }
  await takeBack(tx, held, send, now);
  return 'stop';
}

/**
 * Takes an email back of which no byte has left and none will, as the attempt that holds the fence knows: it is withdrawn, or
 * tried again where only the attempt was cancelled. What others have taken for uncertain meanwhile is certain now: its user
 * may send it again.
 */
async function takeBack(
  tx: Tx,
  held: HeldTaskEmail,
  send: EmailSendRow,
  now: Instant,
): Promise<TaskEmailProgress> {
  if (await advanceSend(tx, send, { from: ['unknown'], to: 'withdrawn', settledAt: now })) {
    return concludeProof(tx, held, send, now);
  }
  const isOver = whyNotNow(await readTaskSend(tx, held)) !== undefined;
  const to = isOver ? 'withdrawn' : 'reserved';
  const moved = await advanceSend(tx, send, { from: ['connecting', 'in_data'], to });
  return moved && isOver ? withdraw(tx, held, undefined, now) : progressOf(held.email, now);
}

/** Writes what became of the attempt: on the ledger, the task and the enrollment, in one transaction. */
async function settleTaskEmail(
  tx: Tx,
  input: TaskEmailAttemptInput,
  attempt: {
    readonly send: EmailSendRow;
    readonly outcome: SubmitOutcome;
    readonly now: Instant;
  },
): Promise<TaskEmailProgress> {
  const { send, outcome, now } = attempt;
  const held = await holdTaskEmail(tx, input);
  if (outcome.kind === 'stopped') return takeBack(tx, held, send, now);
  const result = judge(outcome);
  const facts = factsOf(outcome);
  const moved = await advanceSend(tx, send, {
    from: movedFrom(result),
    to: ledgerState(result, turnOfTask(held.task) === 'over'),
    settledAt: now,
    ...facts,
  });
  if (!moved) return progressOf(held.email, now);
  if (result.kind === 'bounced') await suppressRecipient(tx, send, now);
  const { id: sendId, attempts } = send;
  const { smtpReply } = facts;
  return concludeTaskEmail(tx, held, result, { sendId, attempts, at: now, smtpReply });
}
