import { and, eq, inArray, notInArray, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { emailSends, enrollments, mailboxes, taskEmails, tasks } from '../schema/index.js';
import { onlyRow } from './only-row.js';

const { raw, rawSha256 } = emailSends;

/** The digest of the bytes that are erased now, or were before. */
const digest = sql<string>`case when octet_length(${raw}) > 0 then encode(sha256(${raw}), 'hex') else ${rawSha256} end`;
const noBytes = Buffer.alloc(0);

/**
 * Erases the mails to a locked contact: their texts, their recipient and what servers said. What has not begun is withdrawn.
 * Ids, times and a digest of each stay.
 */
export async function eraseMailsTo(
  tx: Tx,
  accountId: string,
  contactId: string,
  erasedAt: Instant,
): Promise<void> {
  const ofContact = tx
    .select({ id: enrollments.id })
    .from(enrollments)
    .where(and(eq(enrollments.accountId, accountId), eq(enrollments.contactId, contactId)));
  const isBegun = notInArray(emailSends.state, ['reserved', 'connecting', 'deferred']);
  await tx
    .update(emailSends)
    .set({
      ...{ recipient: '', subject: '', raw: noBytes, smtpReply: null },
      ...{ rawSha256: digest, textErasedAt: erasedAt },
      // What is left over is the email of a task that outlives its enrollment; once in its body, its attempt settles it.
      state: sql`case when ${isBegun} then ${emailSends.state} else 'withdrawn' end`,
      leaseUntil: sql`case when ${isBegun} then ${emailSends.leaseUntil} end`,
    })
    .where(and(eq(emailSends.accountId, accountId), inArray(emailSends.enrollmentId, ofContact)));
}

/** What is to be erased of mails. */
export interface OldTexts {
  /** Of what was settled before; of what an erased user has sent, before `now`. */
  readonly before: Instant;
  readonly now: Instant;
  /** The most mails at once. */
  readonly limit: number;
}

/**
 * Erases the texts of mails whose time is over, in all accounts, with their recipients and what servers said; a digest and the
 * ids of the headers stay. The subject stays as long as a later email may answer the mail. What is not settled stays whole.
 * Returns how many mails were changed; several callers at once share them.
 */
export async function eraseOldTexts(
  db: Db | Tx,
  { before, now, limit }: OldTexts,
): Promise<number> {
  const { rows } = await db.execute<{ readonly erased: number }>(sql`
    with old as (
      select found.* from ${mailboxes} box cross join lateral (
        select send.account_id, send.id, send.enrollment_id, send.step_id, thread.goes_on
        from ${emailSends} send cross join lateral (
          select box.erased_at is null and (
            exists (select from ${enrollments} e where e.account_id = send.account_id
              and e.id = send.enrollment_id and e.ended_at is null)
            or exists (select from ${tasks} t where t.account_id = send.account_id
              and t.enrollment_id = send.enrollment_id and t.state = 'open')) as goes_on
        ) thread
        where send.account_id = box.account_id and send.mailbox_id = box.id
          and (send.text_erased_at is null or send.subject <> '')
          and send.reserved_at < case when box.erased_at is null then ${before}::timestamptz else ${now}::timestamptz end
          and coalesce(send.settled_at, send.reserved_at) < case when box.erased_at is null then ${before}::timestamptz else ${now}::timestamptz end
          and send.state in ('sent', 'rejected', 'unknown', 'withdrawn')
          and (send.text_erased_at is null or not thread.goes_on)
        order by send.reserved_at limit ${limit} for update of send skip locked
      ) found limit ${limit}
    ), ledger as (
      update ${emailSends} set raw = ''::bytea, recipient = '', smtp_reply = null, raw_sha256 = ${digest},
        text_erased_at = coalesce(${emailSends.textErasedAt}, ${now}::timestamptz),
        subject = case when old.goes_on then ${emailSends.subject} else '' end
      from old where ${emailSends.accountId} = old.account_id and ${emailSends.id} = old.id
      returning ${emailSends.id}
    ), emails as (
      update ${taskEmails} set recipient = '', server_reply = null
      from old join ${tasks} task on task.account_id = old.account_id
        and task.enrollment_id = old.enrollment_id and task.step_id = old.step_id
      where ${taskEmails.accountId} = task.account_id and ${taskEmails.taskId} = task.id
        and ${taskEmails.state} not in ('sending', 'deferred')
    )
    select count(*)::int as erased from ledger`);
  return onlyRow(rows).erased;
}
