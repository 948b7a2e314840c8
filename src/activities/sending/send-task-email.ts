import type {
  TaskEmailActivities,
  TaskEmailAttemptInput,
  TaskEmailProgress,
} from '../../contract/task-email.js';
import type { Tx } from '../../db/client.js';
import {
  advanceSend,
  findSend,
  renewLease,
  type EmailSendRow,
} from '../../db/queries/email-sends.js';
import { whyNotNow } from '../../domain/sending/may-send.js';
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
import { concludeTaskEmail, progressOf } from './conclude-task-email.js';
import type { ActivityDeps } from '../deps.js';
import { factsOf, judge, ledgerState } from './judge-outcome.js';
import { sendUnderLease, stillSending } from './send-under-lease.js';
import { suppressRecipient } from '../../usecases/contact/suppress-recipient.js';

/** Sends the email of a task, once in effect, and tells the enrollment's workflow at once what this has changed. */
export function createSendTaskEmail(deps: ActivityDeps): TaskEmailActivities['sendTaskEmail'] {
  return async (input) => {
    const progress = await sendUnderLease(deps, activityClock(deps, input.at), {
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
 * The last look before the first byte: `in_data` is committed if the task is still open, its contact may still be written to,
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
  // Only the attempt that holds the lease withdraws the email.
  if (await advanceSend(tx, send, { from, to: 'withdrawn' })) {
    await withdraw(tx, held, undefined, now);
  }
  return 'stop';
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
  if (outcome.kind === 'stopped') return progressOf(held.email, now);
  const result = judge(outcome);
  const facts = factsOf(outcome);
  const moved = await advanceSend(tx, send, {
    // A late answer settles even a send that was given up as unknown.
    from: result.kind === 'unknown' ? ['in_data'] : ['connecting', 'in_data', 'unknown'],
    to: ledgerState(result),
    settledAt: now,
    ...facts,
  });
  if (!moved) return progressOf(held.email, now);
  if (result.kind === 'bounced') await suppressRecipient(tx, send, now);
  const { id: sendId, attempts } = send;
  const { smtpReply } = facts;
  return concludeTaskEmail(tx, held, result, { sendId, attempts, at: now, smtpReply });
}
