import { and, asc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Target, TargetKind, Word } from '../../contract/outbox.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import type { Db, Tx } from '../client.js';
import { outbox } from '../schema/index.js';

/** The longest wait before the first further try, in milliseconds; it doubles with each. */
const firstBackOffMs = 5_000;
const longestBackOffMs = 15 * 60_000;

/** A target that Temporal is owed word about, and a message to its run; null starts the run. */
export interface NewWord extends Target {
  readonly message: EnrollmentMessage | null;
}

/** Leaves word for Temporal, to be delivered after the commit and, should that fail, by a sweeper. */
export async function leaveWord(tx: Tx, words: readonly NewWord[]): Promise<void> {
  await tx.insert(outbox).values(
    words.map(({ kind, accountId, id, message }) => ({
      ...{ accountId, message },
      targetKind: kind,
      targetId: id,
    })),
  );
}

/** What Temporal has yet to be told about one target, oldest first. */
export async function pendingWords(
  db: Db,
  { kind, accountId, id }: Target,
): Promise<readonly Word[]> {
  return db
    .select({ id: outbox.id, message: outbox.message })
    .from(outbox)
    .where(
      and(eq(outbox.accountId, accountId), eq(outbox.targetKind, kind), eq(outbox.targetId, id)),
    )
    .orderBy(asc(outbox.id));
}

/** Deletes what Temporal has been told. */
export async function deleteWords(db: Db, ids: readonly number[]): Promise<void> {
  await db.delete(outbox).where(inArray(outbox.id, [...ids]));
}

/**
 * Puts off a word that could not be told: by a random time of up to 5 s, doubled with each further try, at most 15
 * minutes.
 */
export async function putOffWord(db: Db, id: number, reason: string): Promise<void> {
  const longestMs = sql`least(${longestBackOffMs}::float, ${firstBackOffMs}::float * power(2, least(${outbox.tries}, 20)))`;
  await db
    .update(outbox)
    .set({
      tries: sql`${outbox.tries} + 1`,
      nextTryAt: sql`clock_timestamp() + random() * ${longestMs} * interval '1 millisecond'`,
      lastError: reason,
    })
    .where(eq(outbox.id, id));
}

/** A target whose words a sweeper has claimed, identified by the first of them. */
export interface ClaimedTarget extends Target {
  readonly wordId: number;
}

/** All accounts of which Temporal is owed word, due or not. It looks at one word of each, however many there are. */
export async function accountsOwed(db: Db): Promise<readonly string[]> {
  const next = (where: SQL) =>
    sql`(select account_id from ${outbox} ${where} order by account_id limit 1)`;
  const { rows } = await db.execute<{ readonly id: string }>(sql`
    with recursive owed (id) as (
      ${next(sql``)} union all
      select ${next(sql`where account_id > owed.id`)} from owed where owed.id is not null
    )
    select id from owed where id is not null`);
  return rows.map(({ id }) => id);
}

/**
 * Claims the account's next page of targets whose first word is due, in the order of those words, after the word `after`.
 * For `leaseMs` others who claim pass over these targets and all their words; none waits for another.
 */
export async function claimTargets(
  db: Db,
  accountId: string,
  { after, leaseMs }: { readonly after: number; readonly leaseMs: number },
): Promise<readonly ClaimedTarget[]> {
  // As rows, so that the account's own index is walked, whatever is known of the table.
  const { rows } = await db.execute<{
    readonly word_id: string;
    readonly kind: TargetKind;
    readonly id: string;
  }>(sql`
    with page as (
      select id, account_id, target_kind, target_id from ${outbox} as word
      where (account_id, id) > (${accountId}::uuid, ${after}::bigint)
        and (account_id, id) < (${accountId}::uuid, ${lastId}::bigint) and next_try_at <= now()
        and id = (
          select min(same.id) from ${outbox} as same
          where same.account_id = word.account_id
            and same.target_kind = word.target_kind and same.target_id = word.target_id)
      order by account_id, id limit ${sql.raw(String(claimedAtOnce))} for update skip locked
    ), leased as (
      update ${outbox} as word
      set next_try_at = now() + ${leaseMs}::float * interval '1 millisecond'
      from page
      where word.account_id = page.account_id
        and word.target_kind = page.target_kind and word.target_id = page.target_id
    )
    select id as word_id, target_kind as kind, target_id as id from page order by word_id`);
  return rows.map(({ word_id, kind, id }) => ({
    ...{ kind, accountId, id },
    wordId: Number(word_id),
  }));
}

/** Gives back words that were claimed and not tried, so that they are due again at once. */
export async function releaseTargets(db: Db, claimed: readonly ClaimedTarget[]): Promise<void> {
  const ids = claimed.map(({ wordId }) => wordId);
  await db
    .update(outbox)
    // The column keeps milliseconds and rounds, so now() could lie ahead by half of one.
    .set({ nextTryAt: sql`date_trunc('milliseconds', now())` })
    .where(inArray(outbox.id, ids));
}

/** Above every id. */
const lastId = '9223372036854775807';

/**
 * Few, so that a page is told well within its lease. It is a constant in the statement, since the plan depends on it.
 */
const claimedAtOnce = 20;
