import { newId } from '../../db/new-id.js';
import type { TaskEmailProgress } from '../../contract/task-email.js';
import type { Tx } from '../../db/client.js';
import type { EmailSendRow } from '../../db/queries/email-sends.js';
import type { LockedEnrollment } from '../../db/queries/enrollments/read.js';
import { queueForWorkflow, saveDecision } from '../../db/queries/enrollments/save.js';
import { changeTaskEmail, type TaskEmailRow } from '../../db/queries/task-emails.js';
import type { TaskRow } from '../../db/queries/tasks.js';
import { afterProof, type SendResult } from '../../domain/enrollment/send-outcome.js';
import { afterTaskEmail } from '../../domain/enrollment/task-email-outcome.js';
import { isUnderWay } from '../../domain/task/task-email.js';
import { printable } from '../../domain/sending/printable.js';
import { later } from '../../domain/time/instant.js';
import type { Instant } from '../../domain/time/types.js';
import { due } from '../transact.js';

/** The email of a task with its task and its enrollment, which is locked. */
export interface HeldTaskEmail {
  readonly locked: LockedEnrollment;
  readonly task: TaskRow;
  readonly email: TaskEmailRow;
}

/** How soon the workflow looks again at an email that another attempt may be sending. */
const lookAgainMs = 5_000;

/** Where the email stands, as the workflow is told. */
export function progressOf(
  { state, nextAt }: Pick<TaskEmailRow, 'state' | 'nextAt'>,
  now: Instant,
): TaskEmailProgress {
  const soon = later(now, lookAgainMs);
  return { state, nextAt: state === 'sending' ? soon : nextAt };
}

/** Writes the result of an attempt to the task, its enrollment and the log, and queues what the enrollment's workflow must be told. */
export async function concludeTaskEmail(
  tx: Tx,
  { locked, task, email }: HeldTaskEmail,
  result: SendResult,
  attempt: {
    readonly sendId: string;
    readonly attempts: number;
    readonly at: Instant;
    readonly smtpReply?: string | undefined;
  },
): Promise<TaskEmailProgress> {
  const { sendId, attempts, at, smtpReply } = attempt;
  const { id: taskId, stepId } = task;
  const {
    decision,
    email: standing,
    message,
  } = afterTaskEmail(locked, { sendId, attempts, taskId, stepId }, result, {
    at,
    actor: { kind: 'user', id: email.requestedById },
    cause: { kind: smtpReply === undefined ? 'request' : 'server_reply' },
    messageId: newId(at),
  });
  await saveDecision(tx, locked, decision);
  if (message) await queueForWorkflow(tx, locked.row, message);
  // The run of an email that was settled meanwhile has ended: nobody would try it again.
  const isLeft = standing.nextAt !== null && !isUnderWay(email.state);
  const changed = await changeTaskEmail(tx, email, {
    ...(isLeft ? { state: 'given_up', nextAt: null, rule: null } : standing),
    content: null,
    // Of an erased contact no reply is kept, since servers repeat addresses.
    serverReply: email.recipient === '' || smtpReply === undefined ? null : printable(smtpReply),
    settledAt: isLeft || standing.nextAt === null ? at : null,
  });
  return progressOf(changed ?? email, at);
}

/** Notes that an email which was taken for uncertain is proven not to have left: its user may send it again. */
export async function concludeProof(
  tx: Tx,
  { locked, email }: HeldTaskEmail,
  { id: sendId, stepId }: Pick<EmailSendRow, 'id' | 'stepId'>,
  at: Instant,
): Promise<TaskEmailProgress> {
  await saveDecision(tx, locked, afterProof(locked, { sendId, stepId }, { at, ...due }));
  const withdrawn = { state: 'withdrawn', nextAt: null, settledAt: at } as const;
  return progressOf((await changeTaskEmail(tx, email, withdrawn)) ?? email, at);
}
