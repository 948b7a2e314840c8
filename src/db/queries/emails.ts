import { and, asc, eq, getTableColumns, gt, or, sql } from 'drizzle-orm';
import type { Viewer } from '../../domain/access/sharing.js';
import type { EmailOfTask } from '../../domain/sending/email-state.js';
import type { Instant } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import { emailSends, enrollments, taskEmails, tasks } from '../schema/index.js';
import type { EmailSendRow } from './email-sends.js';
import { enrollmentVisibleTo } from './visibility.js';

/** An email of the same enrollment. */
export interface EmailRef {
  readonly id: string;
  readonly stepId: string;
}

/** A mail of the ledger, with what it belongs to. */
export interface EmailListing {
  readonly send: Omit<EmailSendRow, 'raw'>;
  /** The task that it was sent from; null for an automated email. */
  readonly taskId: string | null;
  readonly taskState: EmailOfTask['task'] | null;
  readonly taskEmailState: EmailOfTask['email'] | null;
  /** The email that it answers; null in a new thread. */
  readonly answered: EmailRef | null;
}

const { raw, ...withoutBytes } = getTableColumns(emailSends);

/** Which email of its enrollment a row of `email_sends` answers, as a part of a query. */
const answered = sql<EmailRef | null>`(
  select jsonb_build_object('id', parent.id, 'stepId', parent.step_id) from ${emailSends} parent
  where parent.account_id = ${emailSends.accountId} and parent.enrollment_id = ${emailSends.enrollmentId}
    and parent.id <> ${emailSends.id}
    and ${emailSends.inReplyTo} in (parent.message_id, parent.server_message_id))`;

const listing = {
  send: withoutBytes,
  taskId: tasks.id,
  taskState: tasks.state,
  taskEmailState: taskEmails.state,
  answered,
};

const isTaskOfSend = and(
  eq(tasks.accountId, emailSends.accountId),
  eq(tasks.enrollmentId, emailSends.enrollmentId),
  eq(tasks.stepId, emailSends.stepId),
);
const isTry = and(eq(taskEmails.accountId, tasks.accountId), eq(taskEmails.taskId, tasks.id));

/** The mails of one enrollment, the earliest first, without their bytes. */
export async function listEmails(
  tx: Tx,
  { accountId, enrollmentId }: { readonly accountId: string; readonly enrollmentId: string },
  { limit, after }: EmailPage,
): Promise<readonly EmailListing[]> {
  return tx
    .select(listing)
    .from(emailSends)
    .leftJoin(tasks, isTaskOfSend)
    .leftJoin(taskEmails, isTry)
    .where(
      and(
        eq(emailSends.accountId, accountId),
        eq(emailSends.enrollmentId, enrollmentId),
        after && isPast(after),
      ),
    )
    .orderBy(asc(emailSends.reservedAt), asc(emailSends.id))
    .limit(limit);
}

/** A page of mails, by the time at which they were rendered. */
export interface EmailPage {
  readonly limit: number;
  readonly after: { readonly at: Instant; readonly id: string } | undefined;
}

function isPast({ at, id }: NonNullable<EmailPage['after']>) {
  const { reservedAt } = emailSends;
  return or(gt(reservedAt, at), and(eq(reservedAt, at), gt(emailSends.id, id)));
}

/** One mail with its bytes; undefined when `viewer` may not know of its enrollment. */
export async function findEmail(
  tx: Tx,
  accountId: string,
  id: string,
  viewer: Viewer,
): Promise<(EmailListing & { readonly raw: Buffer }) | undefined> {
  const [found] = await tx
    .select({ ...listing, raw })
    .from(emailSends)
    .innerJoin(
      enrollments,
      and(
        eq(enrollments.accountId, emailSends.accountId),
        eq(enrollments.id, emailSends.enrollmentId),
      ),
    )
    .leftJoin(tasks, isTaskOfSend)
    .leftJoin(taskEmails, isTry)
    .where(
      and(
        eq(emailSends.accountId, accountId),
        eq(emailSends.id, id),
        enrollmentVisibleTo(tx, accountId, viewer),
      ),
    );
  return found;
}

/** The emails that the steps of an enrollment have rendered, by step. */
export async function emailIdsOf(
  tx: Tx,
  accountId: string,
  enrollmentId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .select({ id: emailSends.id, stepId: emailSends.stepId })
    .from(emailSends)
    .where(and(eq(emailSends.accountId, accountId), eq(emailSends.enrollmentId, enrollmentId)));
  return new Map(rows.map(({ stepId, id }) => [stepId, id]));
}
