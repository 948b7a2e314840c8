import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { emailSends } from '../schema/index.js';
import type { SendState } from '../../domain/sending/email-state.js';

export type EmailSendRow = typeof emailSends.$inferSelect;

/** A mail that is meant to be sent, before any attempt. */
export type NewSend = Omit<typeof emailSends.$inferInsert, 'state' | 'attempts' | 'fence'>;

/** Identifies one row of the ledger under one lease. */
export type SendLease = Pick<EmailSendRow, 'accountId' | 'id' | 'fence'>;

/** A ledger row, and how long its present lease still holds; 0 when it has run out. */
export interface LedgerEntry {
  readonly send: EmailSendRow;
  readonly leaseMs: number;
}

/** Whether a row `send` of the ledger is still to be decided, as a part of a query. */
export const isPending = sql`send.state in ('reserved', 'connecting', 'in_data', 'deferred')`;

/** The state of a pending row `send` whose step is passed, as a part of a query. */
export const stateOfPassed = sql`case send.state when 'in_data' then 'unknown' else 'withdrawn' end`;

/** The send of one step of one enrollment, or undefined. The enrollment's row must be locked. */
export async function findSend(
  tx: Tx,
  key: { readonly accountId: string; readonly enrollmentId: string; readonly stepId: string },
): Promise<LedgerEntry | undefined> {
  const [found] = await tx
    .select({
      send: emailSends,
      leaseMs: sql<number>`greatest(0, coalesce(extract(epoch from ${emailSends.leaseUntil} - clock_timestamp()) * 1000, 0))::float`,
    })
    .from(emailSends)
    .where(
      and(
        eq(emailSends.accountId, key.accountId),
        eq(emailSends.enrollmentId, key.enrollmentId),
        eq(emailSends.stepId, key.stepId),
      ),
    );
  return found;
}

/** Whether any email of an enrollment has been intended for sending. */
export async function hasSends(
  tx: Tx,
  key: { readonly accountId: string; readonly enrollmentId: string },
): Promise<boolean> {
  const found = await tx
    .select({ id: emailSends.id })
    .from(emailSends)
    .where(
      and(eq(emailSends.accountId, key.accountId), eq(emailSends.enrollmentId, key.enrollmentId)),
    )
    .limit(1);
  return found.length > 0;
}

/** Writes the intent; the unique key on (enrollment, step) guarantees that there is only one. */
export async function insertSend(tx: Tx, send: NewSend): Promise<void> {
  await tx.insert(emailSends).values({ ...send, state: 'reserved', attempts: 0, fence: 0 });
}

/**
 * Replaces a mail that was never delivered by another; only a person has a step's mail sent again. The row keeps its
 * id, and its fence counts on, so that no earlier attempt can move it. False when the old mail was delivered, or may
 * have been.
 */
export async function replaceSend(tx: Tx, send: NewSend): Promise<boolean> {
  const { accountId, id, ...mail } = send;
  const fresh = {
    ...{ serverMessageId: null, smtpReply: null, settledAt: null, leaseUntil: null },
    ...{ rawSha256: null, textErasedAt: null },
  };
  const rows = await tx
    .update(emailSends)
    .set({ ...fresh, ...mail, state: 'reserved', attempts: 0 })
    .where(
      and(
        eq(emailSends.accountId, accountId),
        eq(emailSends.id, id),
        inArray(emailSends.state, ['reserved', 'deferred', 'rejected', 'withdrawn']),
      ),
    )
    .returning({ id: emailSends.id });
  return rows.length === 1;
}

/** Takes the lease for one attempt: older holders can no longer move the row on. */
export async function takeLease(
  tx: Tx,
  { accountId, id }: Pick<SendLease, 'accountId' | 'id'>,
  leaseMs: number,
): Promise<EmailSendRow> {
  const [send] = await tx
    .update(emailSends)
    .set({
      state: 'connecting',
      attempts: sql`${emailSends.attempts} + 1`,
      fence: sql`${emailSends.fence} + 1`,
      leaseUntil: leaseEnd(leaseMs),
    })
    .where(and(eq(emailSends.accountId, accountId), eq(emailSends.id, id)))
    .returning();
  if (send === undefined) throw new Error(`no send ${id}`);
  return send;
}

/** Extends a running attempt's lease; no effect once the attempt has lost it. */
export async function renewLease(db: Db, lease: SendLease, leaseMs: number): Promise<void> {
  await db
    .update(emailSends)
    .set({ leaseUntil: leaseEnd(leaseMs) })
    .where(and(held(lease), sql`${emailSends.state} in ('connecting', 'in_data')`));
}

/**
 * Moves the row from one of `from` to `to` if this lease is still the newest; false if not. Of an erased contact no reply
 * is kept, since servers repeat addresses.
 */
export async function advanceSend(
  tx: Tx,
  lease: SendLease,
  change: {
    readonly from: readonly SendState[];
    readonly to: SendState;
    readonly smtpReply?: string;
    readonly serverMessageId?: string;
    readonly settledAt?: Instant;
  },
): Promise<boolean> {
  const { from, to, smtpReply, ...facts } = change;
  const kept = sql`case when ${emailSends.recipient} <> '' then ${smtpReply} end`;
  const states = sql.join(
    from.map((state) => sql`${state}`),
    sql`, `,
  );
  const rows = await tx
    .update(emailSends)
    .set({
      ...facts,
      ...(smtpReply !== undefined && { smtpReply: kept }),
      state: to,
      ...(to === 'in_data' ? {} : { leaseUntil: null }),
    })
    .where(and(held(lease), sql`${emailSends.state} in (${states})`))
    .returning({ id: emailSends.id });
  return rows.length === 1;
}

function held({ accountId, id, fence }: SendLease): ReturnType<typeof and> {
  return and(
    eq(emailSends.accountId, accountId),
    eq(emailSends.id, id),
    eq(emailSends.fence, fence),
  );
}

function leaseEnd(leaseMs: number): ReturnType<typeof sql> {
  return sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;
}
