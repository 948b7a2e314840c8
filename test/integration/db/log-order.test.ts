import { setTimeout as delay } from 'node:timers/promises';
import { asc, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database, type Db, type Tx } from '../../../src/db/client.js';
import {
  appendToLog,
  ensureLogGeneration,
  heldBackMs,
  readLog,
  readOn,
  type LogRow,
} from '../../../src/db/queries/log.js';
import { newId } from '../../../src/db/new-id.js';
import { logEntries, logGenerations } from '../../../src/db/schema/index.js';
import { beginningOfLog, writePosition } from '../../../src/domain/log/position.js';
import { patientBounds } from '../../support/patient-bounds.js';
import { createTestDatabase, untilSettled, type TestDatabase } from '../../support/database.js';
import {
  abandon,
  andRollBack,
  createLogSubjects,
  logRowOf,
  runWriter,
  writeOf,
  type LogSubjects,
} from '../../support/log-writers.js';
import { seededRandom } from '../../support/random.js';

let own: TestDatabase;
let database: Database;
let db: Db;

beforeAll(async () => {
  own = await createTestDatabase();
  database = openDatabase({
    url: own.url,
    maxConnections: 30,
    onConnectionError: () => undefined,
    bounds: patientBounds,
  });
  db = database.db;
});

afterAll(async () => {
  await database.close();
  await own.drop();
});

const inOrder = [asc(logEntries.generation), asc(logEntries.xact), asc(logEntries.id)];
const positions = (rows: readonly LogRow[]) => rows.map(writePosition);

function readAll(accountId: string): Promise<LogRow[]> {
  return db
    .select()
    .from(logEntries)
    .where(eq(logEntries.accountId, accountId))
    .orderBy(...inOrder);
}

/** What a caller of the API gets who reads on until there is no more for now. */
async function readPages(accountId: string, from = beginningOfLog, limit = 3): Promise<LogRow[]> {
  await untilSettled(db);
  return readNow(accountId, from, limit);
}

/** The same, without waiting for what other tests have under way. */
async function readNow(accountId: string, from = beginningOfLog, limit = 3): Promise<LogRow[]> {
  const got: LogRow[] = [];
  for (let after = from; ;) {
    const page = await db.transaction(
      (tx) => readLog(tx, accountId, { after, limit, without: [] }),
      { isolationLevel: 'repeatable read', accessMode: 'read only' },
    );
    got.push(...page.rows);
    if (!page.more) return got;
    after = page.next;
  }
}

const readOnce = (name: string, limit = 1000) => db.transaction((tx) => readOn(tx, name, limit));
const read = async (name: string, limit?: number) => {
  await untilSettled(db);
  return readOnce(name, limit);
};

/** A transaction that goes on when it is told to. */
function openTransaction(begin: (tx: Tx) => Promise<unknown>, end: (tx: Tx) => Promise<unknown>) {
  let go = (): void => undefined;
  const told = new Promise<void>((resolve) => (go = resolve));
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const ended = db.transaction(async (tx) => {
    await begin(tx);
    begun();
    await told;
    await end(tx);
  });
  return { begun: hasBegun, end: () => (go(), ended) };
}

const nothing = () => Promise.resolve();

describe('the order of the log', () => {
  it('2.9: gives nothing that something could still come before', async () => {
    const subjects = await createLogSubjects(db, 2);
    const [slow = '', quick = ''] = subjects.ids;
    const early = openTransaction((tx) => writeOf(tx, subjects, slow), nothing);
    await early.begun;
    await db.transaction((tx) => writeOf(tx, subjects, quick));
    expect(await readNow(subjects.accountId)).toEqual([]);
    await early.end();
    const got = await readPages(subjects.accountId);
    expect(got.map(({ subjectId }) => subjectId)).toEqual([slow, quick]);
  });

  it('2.9: keeps the order of a subject when a transaction with a lower id writes of it later', async () => {
    const subjects = await createLogSubjects(db, 2);
    const [both = '', other = ''] = subjects.ids;
    const early = openTransaction(
      (tx) => writeOf(tx, subjects, other),
      (tx) => writeOf(tx, subjects, both, 2),
    );
    await early.begun;
    await db.transaction((tx) => writeOf(tx, subjects, both));
    await early.end();
    const got = await readPages(subjects.accountId);
    expect(got.map(({ subjectId, number }) => [subjectId === both, number])).toEqual([
      [false, 1],
      [true, 1],
      [true, 2],
      [true, 3],
    ]);
    const [ofOther, one, two, three] = got.map(({ xact }) => BigInt(xact));
    expect(ofOther).toBeLessThan(one ?? 0n);
    expect([two, three]).toEqual([one, one]);
  });

  it('2.9: numbers what no writer numbers by the order of its rows', async () => {
    const [accountId, subjectId] = [newId(now), newId(now)];
    await db.transaction((tx) =>
      appendToLog(
        tx,
        [0, 1, 2].map(() => logRowOf(accountId, subjectId)),
      ),
    );
    const got = await readPages(accountId);
    expect(got).toHaveLength(3);
    expect(got.map(({ number }) => number)).toEqual(got.map(({ id }) => id));
  });

  it('says for how long a transaction has held readers back', async () => {
    const before = await db.transaction(heldBackMs);
    const subjects = await createLogSubjects(db, 1);
    const open = openTransaction((tx) => writeOf(tx, subjects, subjects.ids[0] ?? ''), nothing);
    await open.begun;
    await delay(120);
    const during = await db.transaction(heldBackMs);
    await open.end();
    expect(during).toBeGreaterThanOrEqual(120);
    expect(during).toBeGreaterThan(before);
  });
});

const now = '2026-11-26T22:00:00.000Z';

describe('a reader with a checkpoint', () => {
  it('2.9: gets again what it had not finished, and what it had never again', async () => {
    const subjects = await createLogSubjects(db, 1);
    const [id = ''] = subjects.ids;
    await db.transaction((tx) => writeOf(tx, subjects, id, 5));
    const all = positions(
      await db
        .select()
        .from(logEntries)
        .orderBy(...inOrder),
    );
    const crashed: string[] = [];
    await untilSettled(db);
    await andRollBack(() =>
      db.transaction(async (tx) => {
        crashed.push(...positions((await readOn(tx, 'crashes', 3)) ?? []));
        abandon();
      }),
    );
    expect(crashed).toEqual(all.slice(0, 3));
    expect(positions((await read('crashes', 3)) ?? [])).toEqual(all.slice(0, 3));
    expect(positions((await read('crashes')) ?? [])).toEqual(all.slice(3));
    expect(await read('crashes')).toEqual([]);
  });

  it('2.9: reads in one process at a time, and each name for itself', async () => {
    await read('alone');
    const subjects = await createLogSubjects(db, 1);
    await db.transaction((tx) => writeOf(tx, subjects, subjects.ids[0] ?? ''));
    await untilSettled(db);
    const holding = openTransaction((tx) => readOn(tx, 'alone', 1), nothing);
    await holding.begun;
    expect(await readOnce('alone')).toBeUndefined();
    expect(await readOnce('another')).not.toBeUndefined();
    await holding.end();
    expect(await read('alone')).toEqual([]);
  });
});

/** Takes pages until it is told that no more is written, and returns what it got in the order in which it got it. */
async function follow(isOver: () => boolean, page: () => Promise<readonly LogRow[]>) {
  const got: LogRow[] = [];
  for (;;) {
    const wasOver = isOver();
    const rows = await page();
    got.push(...rows);
    if (wasOver && rows.length === 0) return got;
    if (rows.length === 0) await delay(1);
  }
}

/** Several workers that read under one name, and crash now and then after they have read. */
async function followTogether(isOver: () => boolean, name: string, seed: number) {
  const got: LogRow[] = [];
  const random = seededRandom(seed);
  const work = () =>
    follow(isOver, async () => {
      let rows: readonly LogRow[] = [];
      await andRollBack(() =>
        db.transaction(async (tx) => {
          const page = (await readOn(tx, name, 1 + Math.floor(random() * 20))) ?? [];
          await delay(random() * 3);
          if (random() < 0.2) abandon();
          rows = page;
          got.push(...page);
        }),
      );
      return rows;
    });
  await Promise.all([work(), work(), work()]);
  // One that found the checkpoint held when all was over has left the rest to the others.
  for (;;) {
    const rows = (await read(name)) ?? [];
    if (rows.length === 0) return got;
    got.push(...rows);
  }
}

async function followPages({ accountId }: LogSubjects, isOver: () => boolean, limit: number) {
  let after = beginningOfLog;
  return follow(isOver, async () => {
    const page = await db.transaction(
      (tx) => readLog(tx, accountId, { after, limit, without: [] }),
      { isolationLevel: 'repeatable read', accessMode: 'read only' },
    );
    after = page.next;
    return page.rows;
  });
}

describe('many writers and readers at once', () => {
  it.each([1, 2])(
    '2.9: nothing is missed, nothing comes twice, and all get one order (seed %i)',
    async (seed) => {
      const subjects = await createLogSubjects(db, 8);
      await read(`workers ${seed}`, 100_000);
      let over = false;
      const isOver = () => over;
      const writers = Array.from({ length: 10 }, (_, index) =>
        runWriter(db, subjects, { seed: seed * 1000 + index, transactions: 20 }),
      );
      const reading = [
        followTogether(isOver, `workers ${seed}`, seed),
        followPages(subjects, isOver, 3),
        followPages(subjects, isOver, 20),
        followPages(subjects, isOver, 100),
      ];
      await Promise.all(writers);
      await untilSettled(db);
      over = true;
      const all = await readAll(subjects.accountId);
      expect(all.length).toBeGreaterThan(200);
      for (const got of await Promise.all(reading)) expect(positions(got)).toEqual(positions(all));
      for (const id of subjects.ids) {
        const numbers = all.filter((row) => row.subjectId === id).map(({ number }) => number);
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      }
      // The order is not simply that in which the rows were written.
      const ids = all.map((row) => row.id);
      expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
    },
  );
});

describe('a database that goes on in another cluster', () => {
  it('2.9: puts what is written there behind all that was written before', async () => {
    const subjects = await createLogSubjects(db, 1);
    const [id = ''] = subjects.ids;
    await db.transaction((tx) => writeOf(tx, subjects, id, 2));
    const [, last] = await readAll(subjects.accountId);
    // As a restore leaves it: transactions were counted further elsewhere.
    await db.execute(sql`alter table log disable trigger place_in_log`);
    await db
      .update(logEntries)
      .set({ xact: '9000000000000000000' })
      .where(eq(logEntries.subjectId, id));
    await db.execute(sql`alter table log enable trigger place_in_log`);
    expect(await readPages(subjects.accountId)).toEqual([]);
    await db.update(logGenerations).set({ cluster: 'another/00000001' });
    // Even before anything is written there, what came along is whole.
    expect(await readPages(subjects.accountId)).toHaveLength(2);
    await ensureLogGeneration(db);
    await db.transaction((tx) => writeOf(tx, subjects, id));
    const got = await readPages(subjects.accountId);
    expect(got.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(BigInt(got[2]?.xact ?? 0)).toBeLessThan(BigInt(got[1]?.xact ?? 0));
    const behind = { ...beginningOfLog, ...last, xact: '9000000000000000000' };
    expect((await readPages(subjects.accountId, behind)).map(({ number }) => number)).toEqual([3]);
    expect(await db.$count(logGenerations)).toBe(2);
    await ensureLogGeneration(db);
    expect(await db.$count(logGenerations)).toBe(2);
  });

  it('2.9: does so without any process being started anew, and once for many writers', async () => {
    const subjects = await createLogSubjects(db, 6);
    await db.update(logGenerations).set({ cluster: 'a third/00000001' });
    const before = await db.$count(logGenerations);
    await Promise.all(subjects.ids.map((id) => db.transaction((tx) => writeOf(tx, subjects, id))));
    const got = await readPages(subjects.accountId);
    expect(new Set(got.map(({ generation }) => generation)).size).toBe(1);
    expect(await db.$count(logGenerations)).toBe(before + 1);
  });
});
