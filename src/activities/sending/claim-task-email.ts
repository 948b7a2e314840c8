import type { TaskEmailAttemptInput, TaskEmailProgress } from '../../contract/task-email.js';
import type { Tx } from '../../db/client.js';
import { findCorrespondence, type Correspondence } from '../../db/queries/correspondence.js';
import {
  advanceSend,
  findSend,
  insertSend,
  replaceSend,
  takeLease,
  type EmailSendRow,
} from '../../db/queries/email-sends.js';
import { lockEnrollment } from '../../db/queries/enrollments/read.js';
import { definitionFor } from '../../db/queries/enrollments/definition.js';
import { suppressionOf } from '../../db/queries/suppressions.js';
import { changeTaskEmail, findTaskEmail } from '../../db/queries/task-emails.js';
import { findTask } from '../../db/queries/tasks.js';
import { findThreadParent } from '../../db/queries/thread-parent.js';
import { findStep } from '../../domain/sequence/definition.js';
import { isUnderWay } from '../../domain/task/task-email.js';
import type { Instant } from '../../domain/time/types.js';
import { concludeTaskEmail, progressOf, type HeldTaskEmail } from './conclude-task-email.js';
import type { ActivityDeps } from '../deps.js';
import { InvariantError } from '../../usecases/invariant-error.js';
import { composeEmail } from './render-email.js';
import { sendIdOf } from './send-id.js';
import type { Claimed } from './send-under-lease.js';

/** Locks the enrollment, and reads the task and the try that is meant; a later try has taken its place when it has ended. */
export async function holdTaskEmail(
  tx: Tx,
  { accountId, enrollmentId, taskId, number }: TaskEmailAttemptInput,
): Promise<HeldTaskEmail> {
  const locked = await lockEnrollment(tx, accountId, enrollmentId);
  const found = await findTask(tx, accountId, taskId, null);
  const email = await findTaskEmail(tx, accountId, taskId);
  if (locked === undefined || found === undefined || email === undefined) {
    throw new InvariantError(`no email of the task ${taskId}`);
  }
  if (email.number < number) throw new InvariantError(`no try ${number} of the task ${taskId}`);
  const { task } = found;
  return { locked, task, email: email.number > number ? { ...email, ...replaced, number } : email };
}

const replaced = { state: 'withdrawn', nextAt: null } as const;

/** The task is open, nothing suppresses the address, and the account may send. */
export async function isStillWanted(
  tx: Tx,
  { locked, task, email }: HeldTaskEmail,
): Promise<boolean> {
  const { accountId } = task;
  if (task.state !== 'open' || !isUnderWay(email.state)) return false;
  if (locked.heldBy === 'account_paused') return false;
  return (await suppressionOf(tx, accountId, email.recipient)) === undefined;
}

/** Ends a try before its first byte; the task stays as it is. */
export async function withdraw(
  tx: Tx,
  { email }: HeldTaskEmail,
  send: EmailSendRow | undefined,
  now: Instant,
): Promise<TaskEmailProgress> {
  if (send !== undefined && email.content === null) {
    const ref = { accountId: send.accountId, sendId: send.id, fence: send.fence };
    await advanceSend(tx, ref, {
      from: ['reserved', 'connecting', 'deferred'],
      to: 'withdrawn',
    });
  }
  const change = { state: 'withdrawn', content: null, nextAt: null, settledAt: now } as const;
  const changed = await changeTaskEmail(tx, email, change);
  return progressOf(changed ?? { ...email, ...replaced }, now);
}

/**
 * Claims the email of a task in one transaction: the enrollment is locked, the task still open, nothing suppresses the
 * address, the ledger's row is there, and this attempt holds its lease. Its send slot was taken when it was asked for.
 */
export async function claimTaskEmail(
  tx: Tx,
  input: TaskEmailAttemptInput,
  deps: ActivityDeps,
  now: Instant,
): Promise<Claimed<TaskEmailProgress>> {
  const held = await holdTaskEmail(tx, input);
  const { email, task } = held;
  const isEarly = email.nextAt !== null && email.nextAt > now;
  if (!isUnderWay(email.state) || isEarly) {
    return { kind: 'settled', status: progressOf(email, now) };
  }
  const found = await findSend(tx, task);
  if (found && found.leaseMs > 0) return { kind: 'busy', waitMs: found.leaseMs };
  // Without its content the try stands in the ledger already; with it that row is an earlier one's.
  const own = email.content === null ? found?.send : undefined;
  if (own?.state === 'in_data' || own?.state === 'unknown') {
    return { kind: 'settled', status: await leaveUncertain(tx, held, own, now) };
  }
  return lease(tx, held, own, { deps, now });
}

async function lease(
  tx: Tx,
  held: HeldTaskEmail,
  own: EmailSendRow | undefined,
  { deps, now }: { readonly deps: ActivityDeps; readonly now: Instant },
): Promise<Claimed<TaskEmailProgress>> {
  const { accountId, enrollmentId, stepId } = held.task;
  const people = await findCorrespondence(tx, accountId, held.locked.row);
  if (people === undefined) throw new InvariantError('an enrollment lost its contact or sender');
  if (people.sender.deactivatedAt !== null || !(await isStillWanted(tx, held))) {
    return { kind: 'settled', status: await withdraw(tx, held, own, now) };
  }
  const sendId = sendIdOf(enrollmentId, stepId);
  if (own === undefined && !(await writeIntent(tx, held, { people, deps, now }))) {
    const attempt = { sendId, attempts: 1, at: now };
    const status = await concludeTaskEmail(tx, held, { kind: 'rejected' }, attempt);
    return { kind: 'settled', status };
  }
  await changeTaskEmail(tx, held.email, { state: 'sending', content: null, nextAt: null });
  const send = await takeLease(tx, { accountId, sendId }, deps.sendLeaseMs);
  return { kind: 'leased', send, people };
}

/** An attempt got as far as the body and nobody saw an answer: a person decides, nothing is guessed. */
export async function leaveUncertain(
  tx: Tx,
  held: HeldTaskEmail,
  { id: sendId, accountId, fence, attempts }: EmailSendRow,
  now: Instant,
): Promise<TaskEmailProgress> {
  const ref = { accountId, sendId, fence };
  await advanceSend(tx, ref, { from: ['in_data'], to: 'unknown', settledAt: now });
  return concludeTaskEmail(tx, held, { kind: 'unknown' }, { sendId, attempts, at: now });
}

/** Composes the mail and writes its ledger row; false when no mail can be made of it. */
async function writeIntent(
  tx: Tx,
  { locked, task, email }: HeldTaskEmail,
  by: { readonly people: Correspondence; readonly deps: ActivityDeps; readonly now: Instant },
): Promise<boolean> {
  const { people, deps, now } = by;
  const { accountId, enrollmentId, stepId } = task;
  const { content, recipient } = email;
  if (content === null) throw new InvariantError(`the email of the task ${task.id} is lost`);
  const row = { ...locked.row, stepId };
  const step = findStep(await definitionFor(tx, row, locked.version), stepId)?.step;
  const threading = step?.threading ?? { kind: 'new' };
  const { parent } = await findThreadParent(tx, locked.row, threading);
  const sendId = sendIdOf(enrollmentId, stepId);
  const { messageIdKey } = deps;
  const dispatch = { sendId, people, recipient, parent, date: now, messageIdKey };
  const composed = await composeEmail(content, dispatch);
  if (composed.kind !== 'rendered') return false;
  const { messageId, subject, inReplyTo, references, raw } = composed;
  const send = {
    ...{ accountId, id: sendId, enrollmentId, stepId, mailboxId: people.mailbox.id, recipient },
    ...{ messageId, subject, inReplyTo, references: [...references], raw, reservedAt: now },
  };
  const isThere = await findSend(tx, { accountId, enrollmentId, stepId });
  if (isThere === undefined) await insertSend(tx, send);
  else if (!(await replaceSend(tx, send))) {
    throw new InvariantError(`the email of the task ${task.id} was sent before`);
  }
  return true;
}
