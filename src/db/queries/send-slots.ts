import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { SendLimits } from '../../domain/capacity/limits.js';
import type { CappedRecipient, TakenOfRecipient } from '../../domain/capacity/recipient.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { accounts, mailboxes, sendSlots, slotFrontiers } from '../schema/index.js';

export type SendSlot = typeof sendSlots.$inferSelect;
export type SlotFrontier = typeof slotFrontiers.$inferSelect;

/** Whose slots they are: the mailbox that sends, and the sender whose day they count in. */
export interface SlotOwner {
  readonly accountId: string;
  readonly mailboxId: string;
  readonly userId: string;
}

/** Which email a slot is for. */
export interface SlotKey {
  readonly enrollmentId: string;
  readonly stepId: string;
}

/** What must be known to place a slot when none are reserved beyond it: a few index reads, however many emails wait. */
export interface SlotFacts {
  /** The slot that the email has already. */
  readonly own: SendSlot | null;
  readonly frontier: SlotFrontier | null;
  /** Whether a slot was freed since the frontier was last looked at. */
  readonly hasFreed: boolean;
  readonly mailbox: LatestSlots;
  readonly user: LatestSlots;
  /** How many the mailbox has in the clock minute that the search begins in. */
  readonly inMinute: number;
}

/** The end of a list of slots in milliseconds since 1970: the last slot, and the first of as many as a day may have. */
export interface LatestSlots {
  readonly lastMs: number | null;
  readonly firstOfDayMs: number | null;
}

const ms = (at: SQL): SQL => sql`(extract(epoch from ${at}) * 1000)::float8`;
const taken = sql`state <> 'freed'`;
const ofMailbox = ({ accountId, mailboxId }: SlotOwner): SQL =>
  sql`account_id = ${accountId} and mailbox_id = ${mailboxId} and ${taken}`;
const ofUser = ({ accountId, userId }: SlotOwner): SQL =>
  sql`account_id = ${accountId} and user_id = ${userId} and ${taken}`;

/** The n-th latest slot, counted from 0, in milliseconds; null when there are fewer. */
function nthLatest(slots: SQL, index: number): SQL<number | null> {
  return sql`(select ${ms(sql`at`)} from ${sendSlots} where ${slots} order by at desc offset ${index} limit 1)`;
}

/** Reads what a search for a slot begins with. To reserve one, the rows of mailbox and user must be locked first. */
export async function findSlotFacts(
  tx: Tx,
  owner: SlotOwner,
  {
    key,
    wish,
    limits,
    now,
  }: {
    readonly key: SlotKey;
    readonly wish: string;
    readonly limits: SendLimits;
    readonly now: Instant;
  },
): Promise<SlotFacts> {
  const { accountId, mailboxId, userId } = owner;
  const { fromAt, untilAt } = slotFrontiers;
  const start = sql`case when ${fromAt} <= ${now} and ${untilAt} > ${now} then ${untilAt} else ${now}::timestamptz end`;
  // Slots more than a day before the start fill no day from there on.
  const counts = sql`at > ${start} - interval '24 hours'`;
  const [found] = await tx
    .select({
      own: sendSlots,
      frontier: slotFrontiers,
      hasFreed: sql<boolean>`exists (select from ${sendSlots} where account_id = ${accountId} and user_id = ${userId} and state = 'freed')`,
      mailboxLast: nthLatest(ofMailbox(owner), 0),
      mailboxFirst: nthLatest(sql`${ofMailbox(owner)} and ${counts}`, limits.mailboxPerDay - 1),
      userLast: nthLatest(ofUser(owner), 0),
      userFirst: nthLatest(sql`${ofUser(owner)} and ${counts}`, limits.userPerDay - 1),
      inMinute: sql<number>`(select count(*)::int from ${sendSlots} where ${ofMailbox(owner)} and minute = date_trunc('minute', ${start}))`,
    })
    .from(mailboxes)
    .leftJoin(
      sendSlots,
      and(
        eq(sendSlots.accountId, accountId),
        eq(sendSlots.enrollmentId, key.enrollmentId),
        eq(sendSlots.stepId, key.stepId),
      ),
    )
    .leftJoin(
      slotFrontiers,
      and(
        eq(slotFrontiers.accountId, accountId),
        eq(slotFrontiers.mailboxId, mailboxId),
        eq(slotFrontiers.wish, wish),
      ),
    )
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.id, mailboxId)));
  if (found === undefined) throw new Error(`no mailbox ${mailboxId}`);
  const { own, frontier, hasFreed, inMinute } = found;
  return {
    own,
    frontier,
    hasFreed,
    inMinute,
    mailbox: { lastMs: found.mailboxLast, firstOfDayMs: found.mailboxFirst },
    user: { lastMs: found.userLast, firstOfDayMs: found.userFirst },
  };
}

/** The times of slots, in milliseconds since 1970 and in ascending order. */
function instants(slots: SQL): SQL<number[]> {
  return sql`array(select ${ms(sql`at`)} from ${sendSlots} where ${slots} order by at)`;
}

const none = sql<number[]>`array[]::float8[]`;

/** Instants in milliseconds since 1970, in ascending order. */
export interface TakenAround {
  readonly mailbox: readonly number[];
  readonly user: readonly number[];
  /** The slots of one bulk enrollment; empty without one. */
  readonly pace: readonly number[];
}

/** All slots of a mailbox, a sender and a bulk enrollment within a time; a valid day bounds how many there are. */
export async function findTakenAround(
  tx: Tx,
  owner: SlotOwner,
  span: { readonly from: Instant; readonly until: Instant },
  paceId: string | null,
): Promise<TakenAround> {
  const list = (slots: SQL): SQL<number[]> =>
    instants(sql`${slots} and at >= ${span.from} and at < ${span.until}`);
  const ofPace = sql`account_id = ${owner.accountId} and pace_id = ${paceId} and ${taken}`;
  const [found] = await tx
    .select({
      mailbox: list(ofMailbox(owner)),
      user: list(ofUser(owner)),
      pace: paceId === null ? sql<number[]>`array[]::float8[]` : list(ofPace),
    })
    .from(accounts)
    .where(eq(accounts.id, owner.accountId));
  if (found === undefined) throw new Error(`no account ${owner.accountId}`);
  return found;
}

/** Locks the recipient's capped domain, then company, until the transaction ends: last in the lock order. */
export async function lockRecipient(
  tx: Tx,
  accountId: string,
  { domain, company }: CappedRecipient,
): Promise<void> {
  const names = [domain && `domain ${domain.name}`, company && `company ${company.id}`];
  for (const name of names) {
    if (name === null) continue;
    const key = `send cap ${accountId} ${name}`;
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
  }
}

/** All slots from an instant on whose emails go to the recipient's domain and company, from any mailbox. */
export async function findTakenOfRecipient(
  tx: Tx,
  accountId: string,
  { domain, company }: CappedRecipient,
  from: Instant,
): Promise<TakenOfRecipient> {
  const list = (whose: SQL): SQL<number[]> =>
    instants(sql`account_id = ${accountId} and ${whose} and ${taken} and at >= ${from}`);
  const [found] = await tx
    .select({
      domain: domain === null ? none : list(sql`recipient_domain = ${domain.name}`),
      company: company === null ? none : list(sql`company_id = ${company.id}`),
    })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  if (found === undefined) throw new Error(`no account ${accountId}`);
  return found;
}

/** How many emails have a slot in some time: sent or being sent, and reserved. */
export interface SlotCount {
  readonly used: number;
  readonly reserved: number;
}

/** What a mailbox and its user have at an instant: in its clock minute, in the 24 hours up to it, and reserved after it. */
export interface SlotCounts {
  readonly minute: SlotCount;
  readonly day: SlotCount;
  readonly userDay: SlotCount;
  readonly reservedLater: number;
}

export async function countSlots(tx: Tx, owner: SlotOwner, at: Instant): Promise<SlotCounts> {
  const counts = (slots: SQL, within: SQL): SQL<SlotCount> =>
    sql`(select json_build_object('used', count(*) filter (where state = 'used'), 'reserved', count(*) filter (where state = 'reserved'))
      from ${sendSlots} where ${slots} and ${within})`;
  const day = sql`at > ${at}::timestamptz - interval '24 hours' and at <= ${at}`;
  const [found] = await tx
    .select({
      minute: counts(ofMailbox(owner), sql`minute = date_trunc('minute', ${at}::timestamptz)`),
      day: counts(ofMailbox(owner), day),
      userDay: counts(ofUser(owner), day),
      reservedLater: sql<number>`(select count(*)::int from ${sendSlots} where ${ofMailbox(owner)} and at > ${at})`,
    })
    .from(accounts)
    .where(eq(accounts.id, owner.accountId));
  if (found === undefined) throw new Error(`no account ${owner.accountId}`);
  return found;
}

/** Writes a slot at the first free place of its minute; the unique index makes it the only one there. */
export async function insertSlot(
  tx: Tx,
  slot: Omit<SendSlot, 'place'>,
  perMinute: number,
): Promise<void> {
  const inMinute = sql`${sendSlots} other where other.account_id = ${slot.accountId}
    and other.mailbox_id = ${slot.mailboxId} and other.minute = ${slot.minute} and other.state <> 'freed'`;
  // Among one more places than are taken, one is free. None is beyond the limit; the table refuses null.
  const place = sql`(select min(place)
    from generate_series(1, least(${perMinute}::int, 1 + (select count(*)::int from ${inMinute}))) place
    where not exists (select from ${inMinute} and other.place = place.place))`;
  await tx.insert(sendSlots).values({ ...slot, place });
}

/** The email of a reserved slot is being sent: from now on the slot counts, whatever becomes of the enrollment. */
export async function useSlot(tx: Tx, accountId: string, key: SlotKey): Promise<void> {
  await tx
    .update(sendSlots)
    .set({ state: 'used' })
    .where(
      and(
        eq(sendSlots.accountId, accountId),
        eq(sendSlots.enrollmentId, key.enrollmentId),
        eq(sendSlots.stepId, key.stepId),
      ),
    );
}

/**
 * Deletes the sender's freed slots, and `key`'s own slot, whose time has passed. The time around them is no longer
 * full, so frontiers move back to before it. The user's row must be locked.
 */
export async function clearFreed(tx: Tx, owner: SlotOwner, key: SlotKey): Promise<void> {
  const { accountId, userId } = owner;
  await tx.execute(sql`
    with gone as (
      delete from ${sendSlots} where account_id = ${accountId} and (
        (user_id = ${userId} and state = 'freed')
        or (enrollment_id = ${key.enrollmentId} and step_id = ${key.stepId}))
      returning at)
    update ${slotFrontiers} set until_at = least(until_at, (select min(at) from gone) - interval '24 hours')
    where account_id = ${accountId} and user_id = ${userId}`);
}

/** Remembers up to where a search found everything full. */
export async function saveFrontier(tx: Tx, frontier: SlotFrontier): Promise<void> {
  const { fromAt, untilAt, heldBy } = frontier;
  await tx
    .insert(slotFrontiers)
    .values(frontier)
    .onConflictDoUpdate({
      target: [slotFrontiers.accountId, slotFrontiers.mailboxId, slotFrontiers.wish],
      set: { fromAt, untilAt, heldBy },
    });
}

/** So old that no limit asks for it: one day, and another for clocks that differ and for questions about yesterday. */
const oldSlot = (at: Instant): SQL => sql`${at}::timestamptz - interval '48 hours'`;

/**
 * Deletes slots and frontiers that no longer count, in all accounts, at most `limit` of each at a time; returns how
 * many slots. A send that is tried again has its ledger row and asks for no slot; one that was put off and comes days
 * late takes a new slot, as it would anyway. Rows that somebody is working with are passed over.
 */
export async function deleteOldSlots(db: Db, at: Instant, limit: number): Promise<number> {
  const old = oldSlot(at);
  await db.execute(sql`delete from ${slotFrontiers} where ctid in (
    select ctid from ${slotFrontiers} where until_at < ${old} limit ${limit} for update skip locked)`);
  // Mailbox by mailbox, as the index has them: no other list of all slots by time is kept for this.
  const { rowCount } = await db.execute(sql`delete from ${sendSlots} where ctid in (
    select slot.ctid from ${mailboxes} mailbox cross join lateral (
      select slot.ctid from ${sendSlots} slot
      where slot.account_id = mailbox.account_id and slot.mailbox_id = mailbox.id
        and slot.state <> 'freed' and slot.at < ${old}
      order by slot.at limit ${limit} for update skip locked) slot
    limit ${limit})`);
  const freed = await db.execute(sql`delete from ${sendSlots} where ctid in (
    select ctid from ${sendSlots} where state = 'freed' and at < ${old} limit ${limit} for update skip locked)`);
  return (rowCount ?? 0) + (freed.rowCount ?? 0);
}
