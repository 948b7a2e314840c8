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
import { changeTaskEmail, findTaskEmail, type TaskEmailRow } from '../../db/queries/task-emails.js';
import { findTask } from '../../db/queries/tasks.js';
import { findThreadParent } from '../../db/queries/thread-parent.js';
import { findStep } from '../../domain/sequence/definition.js';
import { turnOfTask, whyNotNow, type SendFacts } from '../../domain/sending/may-send.js';
import type { SendProblem } from '../../domain/sending/send-problem.js';
import { afterRest } from '../../domain/sending/mail-server.js';
import { nextLook } from '../../domain/sending/unreadable-password.js';
import { isUnderWay, type SendDelay } from '../../domain/task/task-email.js';
import type { Instant } from '../../domain/time/types.js';
import { concludeTaskEmail, progressOf, type HeldTaskEmail } from './conclude-task-email.js';
import type { ActivityDeps } from '../deps.js';
import { InvariantError } from '../../usecases/invariant-error.js';
import { leasedSend, ledgerRow, sendIdOf } from './ledger-row.js';
import { composeEmail } from './render-email.js';
import { serverOf } from './smtp-server.js';
import type { Claimed, ClaimTerms } from './send-under-lease.js';

/** Locks the enrollment, and reads its task and the try that is meant. A try that a later one has replaced counts as withdrawn. */
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

/** Reads what may forbid the email of a task to go now: its task may be closed, the account paused, the address suppressed. */
export async function readTaskSend(
  tx: Tx,
  { locked, task, email }: HeldTaskEmail,
): Promise<SendFacts> {
  const { accountId } = task;
  const { state, recipient } = email;
  return {
    turn: isUnderWay(state) ? turnOfTask(task) : 'over',
    isHeld: locked.heldBy === 'account_paused',
    suppression: await suppressionOf(tx, accountId, recipient),
  };
}

/** The ledger's row, if it is this try's own: while a try still has its content, the row is an earlier one's. */
export function ownSend<Row>(
  { content }: Pick<TaskEmailRow, 'content'>,
  inLedger: Row | undefined,
): Row | undefined {
  return content === null ? inLedger : undefined;
}

/** Ends a try before its first byte; the task stays as it is. */
export async function withdraw(
  tx: Tx,
  { email }: HeldTaskEmail,
  inLedger: EmailSendRow | undefined,
  now: Instant,
): Promise<TaskEmailProgress> {
  const own = ownSend(email, inLedger);
  if (own) {
    const from = ['reserved', 'connecting', 'deferred'] as const;
    await advanceSend(tx, own, { from, to: 'withdrawn' });
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
  terms: ClaimTerms,
): Promise<Claimed<EmailSendRow, TaskEmailProgress>> {
  const { now } = terms;
  const held = await holdTaskEmail(tx, input);
  const { email, task } = held;
  const isEarly = email.nextAt !== null && email.nextAt > now;
  if (!isUnderWay(email.state) || isEarly) {
    return { kind: 'settled', status: progressOf(email, now) };
  }
  const found = await findSend(tx, task);
  if (found && found.leaseMs > 0) return { kind: 'busy', waitMs: found.leaseMs };
  const own = ownSend(email, found?.send);
  if (own?.state === 'in_data' || own?.state === 'unknown') {
    return { kind: 'settled', status: await leaveUncertain(tx, held, own, now) };
  }
  return lease(tx, held, found?.send, { ...terms, deps });
}

async function lease(
  tx: Tx,
  held: HeldTaskEmail,
  inLedger: EmailSendRow | undefined,
  { deps, now, server }: ClaimTerms & { readonly deps: ActivityDeps },
): Promise<Claimed<EmailSendRow, TaskEmailProgress>> {
  const { accountId, enrollmentId, stepId } = held.task;
  const people = await findCorrespondence(tx, accountId, held.locked.row);
  if (people === undefined) throw new InvariantError('an enrollment lost its contact or sender');
  const isSenderFit = people.sender.deactivatedAt === null;
  if (whyNotNow({ ...(await readTaskSend(tx, held)), isSenderFit })) {
    return { kind: 'settled', status: await withdraw(tx, held, inLedger, now) };
  }
  const sendId = sendIdOf(enrollmentId, stepId);
  const putOff = async (rule: SendDelay, nextAt: Instant) => {
    const change = { state: 'deferred', nextAt, rule } as const;
    const later = await changeTaskEmail(tx, held.email, change);
    return { kind: 'settled', status: progressOf(later ?? held.email, now) } as const;
  };
  const smtp = serverOf(deps, people.mailbox);
  if (smtp === undefined) {
    return putOff('password_unreadable', nextLook(held.email.requestedAt, now, sendId));
  }
  const restsUntil = await server.restsUntil(people.mailbox);
  if (restsUntil) return putOff('no_connection', afterRest(restsUntil, sendId));
  const isWritten = ownSend(held.email, inLedger) !== undefined;
  const problem = isWritten
    ? undefined
    : await writeIntent(tx, held, inLedger, { people, deps, now });
  if (problem !== undefined) {
    const attempt = { sendId, attempts: 1, at: now };
    const status = await concludeTaskEmail(tx, held, { kind: 'rejected', problem }, attempt);
    return { kind: 'settled', status };
  }
  await server.enter(people.mailbox);
  await changeTaskEmail(tx, held.email, { state: 'sending', content: null, nextAt: null });
  const send = await takeLease(tx, { accountId, id: sendId }, deps.sendLeaseMs);
  return leasedSend(send, people, smtp);
}

/** Notes that an attempt began the body and nobody saw an answer: a person has to decide, since the mail may have arrived. */
export async function leaveUncertain(
  tx: Tx,
  held: HeldTaskEmail,
  send: EmailSendRow,
  now: Instant,
): Promise<TaskEmailProgress> {
  const { id: sendId, attempts } = send;
  await advanceSend(tx, send, { from: ['in_data'], to: 'unknown', settledAt: now });
  return concludeTaskEmail(tx, held, { kind: 'unknown' }, { sendId, attempts, at: now });
}

/** Composes the mail and writes its ledger row, replacing that of an earlier try; false when no mail can be made of it. */
async function writeIntent(
  tx: Tx,
  { locked, task, email }: HeldTaskEmail,
  earlier: EmailSendRow | undefined,
  by: { readonly people: Correspondence; readonly deps: ActivityDeps; readonly now: Instant },
): Promise<SendProblem | undefined> {
  const { people, deps, now } = by;
  const { accountId, enrollmentId, stepId } = task;
  const { content, recipient } = email;
  if (content === null) throw new InvariantError(`the email of the task ${task.id} is lost`);
  const row = { ...locked.row, stepId };
  const step = findStep(await definitionFor(tx, row, locked.version), stepId)?.step;
  const threading = step?.threading ?? { kind: 'new' };
  const { parent } = await findThreadParent(tx, locked.row, threading);
  const sendId = sendIdOf(enrollmentId, stepId);
  const { messageIdKeys } = deps;
  const dispatch = { sendId, people, recipient, parent, date: now, messageIdKeys };
  const composed = await composeEmail(content, dispatch);
  if (composed.kind !== 'rendered') return composed.data.problem;
  const send = ledgerRow({ accountId, enrollmentId, stepId }, dispatch, composed);
  if (earlier === undefined) await insertSend(tx, send);
  else if (!(await replaceSend(tx, send))) {
    throw new InvariantError(`the email of the task ${task.id} was sent before`);
  }
  return undefined;
}
