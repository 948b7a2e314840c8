import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  inArray,
  notInArray,
  or,
  sql,
  type SQL,
} from 'drizzle-orm';
import type { Filed, LogSubject } from '../../domain/log/names.js';
import { beginningOfLog, type LogPosition } from '../../domain/log/position.js';
import type { Db, Tx } from '../client.js';
import { logEntries, logReaders } from '../schema/index.js';
import { onlyRow } from './only-row.js';

export type LogRow = typeof logEntries.$inferSelect;
export type NewLogRow = typeof logEntries.$inferInsert;

// As many rows as a multi-row insert takes without nearing the 65,535 parameters of a statement.
const rowsAStatement = 1000;

/** Appends to the log. What is written of one subject keeps its order only if each writer holds a lock on it. */
export async function appendToLog(tx: Tx, rows: readonly NewLogRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAStatement) {
    await tx.insert(logEntries).values(rows.slice(from, from + rowsAStatement));
  }
}

/** One row for each row of `source`, as a part of a larger statement. */
export function insertLogRow(row: NewLogRow, source: SQL | { getSQL(): SQL }): SQL {
  const columns = Object.entries(getTableColumns(logEntries)).filter(
    ([name]) => Reflect.get(row, name) !== undefined,
  );
  const names = columns.map(([, column]) => sql.identifier(column.name));
  const values = columns.map(([name, column]) => sql.param(Reflect.get(row, name), column));
  return sql`insert into ${logEntries} (${sql.join(names, sql`, `)})
    select ${sql.join(values, sql`, `)} from ${source} returning number`;
}

/**
 * Sees to it that what is written from now on stands behind all that was written before, in whatever cluster. Each
 * transaction that writes to the log does the same; when a process starts, nobody waits for it.
 */
export async function ensureLogGeneration(db: Db): Promise<void> {
  await db.execute(sql`select ensure_log_generation()`);
}

const place = sql`${logEntries.generation}, ${logEntries.xact}, ${logEntries.id}`;
const inOrder = [asc(logEntries.generation), asc(logEntries.xact), asc(logEntries.id)];

function valuesOf({ generation, xact, id }: LogPosition): SQL {
  return sql`${generation}::bigint, ${xact}::xid8, ${id}::bigint`;
}

/**
 * Before nothing of this something can come any more: rows of transactions below every one that still runs, and those of
 * earlier generations. The horizon is that of the statement's own snapshot, so each row below it is seen.
 */
const horizon = sql`(select current_log_generation()),
  (select pg_snapshot_xmin(pg_current_snapshot())), 0`;

/** What an account's log is asked for. */
export interface LogQuery {
  readonly after: LogPosition;
  readonly limit: number;
  /** Only what is filed there; everything without it. */
  readonly filed?: readonly Filed[] | undefined;
  /** Only what happened to this one. */
  readonly about?: { readonly subject: LogSubject; readonly id: string } | undefined;
  /** Subjects that are left out. */
  readonly without: readonly LogSubject[];
}

export interface LogPage {
  readonly rows: readonly LogRow[];
  /** Where to read on: behind all that was looked at, whether or not it was asked for. */
  readonly next: LogPosition;
  /** Whether there is more to be read at once. */
  readonly more: boolean;
}

/** As many rows are looked at for one page, so that one which asks for what is rare costs no more. */
const lookedAt = 2000;

/** One page of an account's log, in its order. Call it in a transaction of one snapshot. */
export async function readLog(tx: Tx, accountId: string, query: LogQuery): Promise<LogPage> {
  const { after, limit, filed, about, without } = query;
  const seen = tx
    .select()
    .from(logEntries)
    .where(
      and(
        // As one row, so that the account's own index is walked, however much others have written since.
        sql`(${logEntries.accountId}, ${place}) > (${accountId}::uuid, ${valuesOf(after)})`,
        sql`(${logEntries.accountId}, ${place}) < (${accountId}::uuid, ${horizon})`,
        about && and(eq(logEntries.accountId, accountId), eq(logEntries.subjectId, about.id)),
      ),
    )
    .orderBy(asc(logEntries.accountId), ...inOrder)
    .limit(lookedAt)
    .as('seen');
  const order = [seen.accountId, seen.generation, seen.xact, seen.id] as const;
  const found = await tx
    .select()
    .from(seen)
    .where(
      and(
        about && eq(seen.subject, about.subject),
        without.length === 0 ? undefined : notInArray(seen.subject, [...without]),
        filed &&
          or(
            sql`false`,
            ...bySubject(filed).map(([subject, types]) =>
              and(eq(seen.subject, subject), inArray(seen.type, types)),
            ),
          ),
      ),
    )
    .orderBy(...order.map((column) => asc(column)))
    .limit(limit + 1);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  if (found.length > limit && last !== undefined) return { rows, next: last, more: true };
  const [end] = await tx
    .select({ ...positionIn(seen), count: sql<number>`(count(*) over ())::int` })
    .from(seen)
    .orderBy(...order.map((column) => desc(column)))
    .limit(1);
  return { rows, next: end ?? after, more: end?.count === lookedAt };
}

interface Placed<G, X, I> {
  readonly generation: G;
  readonly xact: X;
  readonly id: I;
}

function positionIn<G, X, I>({ generation, xact, id }: Placed<G, X, I>): Placed<G, X, I> {
  return { generation, xact, id };
}

function bySubject(filed: readonly Filed[]): readonly (readonly [LogSubject, string[]])[] {
  const types = new Map<LogSubject, string[]>();
  for (const { subject, type } of filed) types.set(subject, [...(types.get(subject) ?? []), type]);
  return [...types];
}

/**
 * How long ago the oldest transaction began that still writes, in milliseconds; 0 without one. What was committed since
 * then is not read before it ends.
 */
export async function heldBackMs(tx: Tx): Promise<number> {
  const { rows } = await tx.execute<{ readonly ms: number }>(sql`
    select (coalesce(max(extract(epoch from clock_timestamp() - began)), 0) * 1000)::float8 as ms from (
      select xact_start as began from pg_stat_activity where backend_xid is not null
      union all select prepared from pg_prepared_xacts
    ) as writing`);
  return Math.max(0, Math.round(onlyRow(rows).ms));
}

/**
 * Gives the reader with this name the next rows of the log, of all accounts, and moves its checkpoint behind them. Whatever
 * it makes of them belongs into the same transaction, read committed: so it gets each row once, in order, whatever crashes.
 * A new reader begins at the beginning. Undefined while another process reads under the name.
 */
export async function readOn(
  tx: Tx,
  name: string,
  limit: number,
): Promise<readonly LogRow[] | undefined> {
  const from = await holdCheckpoint(tx, name);
  if (from === undefined) return undefined;
  const rows = await tx
    .select()
    .from(logEntries)
    .where(sql`(${place}) > (${valuesOf(from)}) and (${place}) < (${horizon})`)
    .orderBy(...inOrder)
    .limit(limit);
  const last = rows.at(-1);
  if (last === undefined) return rows;
  await tx
    .update(logReaders)
    .set({ ...positionIn(last), updatedAt: sql`now()` })
    .where(eq(logReaders.name, name));
  return rows;
}

/** Where the reader stands, locked until the transaction ends; undefined when another one holds it. */
async function holdCheckpoint(tx: Tx, name: string): Promise<LogPosition | undefined> {
  const position = { ...positionIn(logReaders) };
  const [held] = await tx
    .select(position)
    .from(logReaders)
    .where(eq(logReaders.name, name))
    .for('update', { skipLocked: true });
  if (held !== undefined) return held;
  // An insert would wait for whoever holds the row; so it is only tried where there is none.
  if ((await tx.$count(logReaders, eq(logReaders.name, name))) > 0) return undefined;
  const [made] = await tx
    .insert(logReaders)
    .values({ name, ...beginningOfLog })
    .onConflictDoNothing()
    .returning(position);
  return made;
}
