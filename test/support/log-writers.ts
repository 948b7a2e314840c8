import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../../src/db/client.js';
import { appendToLog, type NewLogRow } from '../../src/db/queries/log.js';
import { newId } from '../../src/db/new-id.js';
import { seededRandom } from './random.js';

const at = '2026-11-26T22:00:00.000Z';

/** Subjects that writers lock before they write of them, each with the number of its last entry. */
export interface LogSubjects {
  readonly accountId: string;
  readonly ids: readonly string[];
}

export async function createLogSubjects(db: Db, count: number): Promise<LogSubjects> {
  await db.execute(sql`create table if not exists test_subjects (
    id uuid primary key, entries integer not null default 0)`);
  const ids = Array.from({ length: count }, () => newId(at));
  for (const id of ids) await db.execute(sql`insert into test_subjects (id) values (${id})`);
  return { accountId: newId(at), ids };
}

/** A row as an enrollment's writer makes it, which numbers it itself. */
export function logRowOf(accountId: string, subjectId: string, number?: number): NewLogRow {
  return {
    accountId,
    subject: 'enrollment',
    subjectId,
    ...(number !== undefined && { number }),
    at,
    type: 'rescheduled',
    cause: { kind: 'due' },
    actor: { kind: 'system' },
    data: {},
  };
}

/** Locks the subject and writes its next entries. */
export async function writeOf(
  tx: Tx,
  { accountId }: LogSubjects,
  id: string,
  count = 1,
): Promise<void> {
  const { rows } = await tx.execute<{ readonly entries: number }>(
    sql`update test_subjects set entries = entries + ${count} where id = ${id} returning entries`,
  );
  const last = rows[0]?.entries ?? 0;
  const numbers = Array.from({ length: count }, (_, index) => last - count + index + 1);
  await appendToLog(
    tx,
    numbers.map((number) => logRowOf(accountId, id, number)),
  );
}

class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Runs and rolls back. */
export async function andRollBack(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Abandoned)) throw error;
  }
}

export function abandon(): never {
  throw new Abandoned();
}

/**
 * One writer's transactions, one after the other: each takes its xid early or late, writes of some subjects, now and then
 * in a savepoint that is rolled back, waits, and commits, or not.
 */
export async function runWriter(
  db: Db,
  subjects: LogSubjects,
  options: { readonly seed: number; readonly transactions: number },
): Promise<void> {
  const random = seededRandom(options.seed);
  const chance = (share: number) => random() < share;
  for (let done = 0; done < options.transactions; done += 1) {
    await andRollBack(() =>
      db.transaction(async (tx) => {
        if (chance(0.4)) {
          await tx.execute(sql`select pg_current_xact_id()`);
          await delay(random() * 12);
        }
        // In one order, so that no two wait for each other.
        for (const id of subjects.ids.filter(() => chance(0.3))) {
          const count = 1 + Math.floor(random() * 3);
          const undone = chance(0.2);
          await andRollBack(() =>
            tx.transaction(async (inner) => {
              await writeOf(inner, subjects, id, count);
              if (undone) abandon();
            }),
          );
          if (chance(0.3)) await delay(random() * 5);
        }
        if (chance(0.2)) abandon();
        if (chance(0.2)) await delay(random() * 25);
      }),
    );
  }
}
