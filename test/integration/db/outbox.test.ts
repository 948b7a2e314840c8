import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { asc, count, eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { sweepWords, type Swept } from '../../../src/activities/sweep-words.js';
import { targetsOf } from '../../../src/assembly/targets.js';
import type { WorkflowGateway } from '../../../src/contract/gateway.js';
import type { Target, TargetKind } from '../../../src/contract/outbox.js';
import { openDatabase, type Database } from '../../../src/db/client.js';
import { createInstallationId } from '../../../src/db/installation-id.js';
import { createOutboxStore } from '../../../src/db/outbox-store.js';
import { claimTargets, leaveWord, putOffWord } from '../../../src/db/queries/outbox.js';
import { outbox } from '../../../src/db/schema/index.js';
import type { MessageType } from '../../../src/domain/enrollment/message.js';
import { createGateway, type Targets } from '../../../src/temporal/gateway.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const accountId = randomUUID();
const leaseMs = 60_000;

let test: TestDatabase;
let database: Database;
let connection: Connection;
beforeAll(async () => {
  test = await createTestDatabase();
  database = openDatabase({
    url: test.url,
    maxConnections: 10,
    onConnectionError: () => undefined,
  });
  connection = await Connection.connect({ address: inject('temporalAddress') });
});
afterAll(async () => {
  await connection.close();
  await database.close();
  await test.drop();
});
beforeEach(() => database.db.delete(outbox));

const targets = (kind: TargetKind, number: number): readonly Target[] =>
  Array.from({ length: number }, () => ({ kind, accountId, id: randomUUID() }));

// The column keeps milliseconds and rounds, so now() could lie ahead by half of one.
const dueNow = sql`date_trunc('milliseconds', now())`;

/** Leaves a message to each, due at once. */
async function owe(owed: readonly Target[], type: MessageType = 'pause'): Promise<void> {
  const words = owed.map((target) => ({ ...target, message: { type, messageId: target.id } }));
  await database.db.transaction((tx) => leaveWord(tx, words));
  await database.db.update(outbox).set({ nextTryAt: dueNow });
}

const rows = () => database.db.select().from(outbox).orderBy(asc(outbox.id));
const waitMs = async (wordId: number): Promise<number> => {
  const [row] = await database.db
    .select({
      ms: sql`extract(epoch from ${outbox.nextTryAt} - clock_timestamp()) * 1000`.mapWith(Number),
    })
    .from(outbox)
    .where(eq(outbox.id, wordId));
  return row?.ms ?? Number.NaN;
};

/** A gateway as in production but for its list, in which each kind is told as the test says. */
function gatewayTo(told: Partial<Targets>, deadlineMs = 3_000): WorkflowGateway {
  return createGateway({
    client: new Client({ connection, namespace: inject('temporalNamespace') }),
    namespace: inject('temporalNamespace'),
    taskQueue: 'nobody-works-here',
    installationId: createInstallationId(database.db),
    outbox: createOutboxStore(database.db),
    targets: { ...targetsOf(database.db), ...told },
    uiUrl: 'http://temporal.example',
    searchAttributesEachStep: false,
    logger: pino({ level: 'silent' }),
    deadlineMs,
  });
}

/** Remembers what enrollments are told; fails for those whom `failing` names. */
function listener(failing: (id: string, type: MessageType) => boolean = () => false) {
  const told: string[] = [];
  const enrollment: Targets['enrollment'] = {
    read: () => Promise.resolve(undefined),
    workflowId: () => 'none',
    start: () => Promise.resolve('started'),
    pass: (_deps, id, { type }) => {
      if (failing(id, type)) return Promise.reject(new RangeError('nobody understands this'));
      told.push(`${id} ${type}`);
      return Promise.resolve('told');
    },
  };
  return { told, enrollment };
}

const isUp = () => Promise.resolve(true);
function sweep({ deliver }: WorkflowGateway, temporalAnswers = isUp): Promise<Swept> {
  const deps = { db: database.db, deliver, temporalAnswers };
  return sweepWords(deps, () => false);
}

describe('a sweep of the outbox', () => {
  it('tells all that is due, and leaves the rest to whoever wrote it a moment ago', async () => {
    const [due, fresh] = [targets('enrollment', 45), targets('enrollment', 1)];
    await owe(due);
    const words = fresh.map((target) => ({ ...target, message: null }));
    await database.db.transaction((tx) => leaveWord(tx, words));
    const { told, enrollment } = listener();
    expect(await sweep(gatewayTo({ enrollment }))).toEqual({ delivered: 45, failed: 0 });
    expect([...told].sort()).toEqual(due.map(({ id }) => `${id} pause`).sort());
    expect(await rows()).toMatchObject([{ targetId: fresh[0]?.id, tries: 0, lastError: null }]);
  });

  it('is not held up by 500 words that cannot be delivered', async () => {
    const bad = [...targets('bulk', 250), ...targets('enrollment', 250)];
    const good = targets('enrollment', 50);
    await owe(bad);
    await owe(good);
    const hopeless = new Set(bad.map(({ id }) => id));
    const { told, enrollment } = listener((id) => hopeless.has(id));
    const gateway = gatewayTo({ enrollment });
    // A bulk enrollment takes no messages.
    expect(await sweep(gateway)).toEqual({ delivered: 50, failed: 500 });
    expect([...told].sort()).toEqual(good.map(({ id }) => `${id} pause`).sort());
    const left = await database.db
      .select({ tries: outbox.tries, error: outbox.lastError, words: count() })
      .from(outbox)
      .groupBy(outbox.tries, outbox.lastError)
      .orderBy(asc(outbox.lastError));
    expect(left).toEqual([
      { tries: 1, error: 'Error', words: 250 },
      { tries: 1, error: 'RangeError', words: 250 },
    ]);
  });

  it('shares its work with another one: each of 1,000 words is told once', async () => {
    const owed = targets('enrollment', 1_000);
    await owe(owed);
    const [one, other] = [listener(), listener()];
    const swept = await Promise.all(
      [one, other].map(({ enrollment }) => sweep(gatewayTo({ enrollment }))),
    );
    expect(swept.map(({ failed }) => failed)).toEqual([0, 0]);
    expect(swept.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(1_000);
    expect([...one.told, ...other.told].sort()).toEqual(owed.map(({ id }) => `${id} pause`).sort());
    // Neither had nothing to do.
    expect(Math.min(one.told.length, other.told.length)).toBeGreaterThan(100);
    expect(await rows()).toEqual([]);
  });

  it('gives accounts their turns: one with 1,200 words does not hold up one with 40', async () => {
    const modest = targets('enrollment', 40).map((target) => ({
      ...target,
      accountId: randomUUID(),
    }));
    const [one, other] = [modest.slice(0, 20), modest.slice(20)];
    const others = new Set(modest.map(({ id }) => id));
    await owe([...targets('enrollment', 600), ...one]);
    await owe([...targets('enrollment', 600), ...other]);
    const { told, enrollment } = listener();
    expect(await sweep(gatewayTo({ enrollment }))).toEqual({ delivered: 1_240, failed: 0 });
    const last = told.findLastIndex((line) => others.has(line.split(' ')[0] ?? ''));
    // Each of the eight lanes may have had a page of the greedy one before, and each lane is as quick as any other.
    expect(last).toBeLessThan(600);
  });

  it('tells the words of one target in order, and once, though two sweep at once', async () => {
    const owed = targets('enrollment', 100);
    const types = ['pause', 'resume', 'reply'] as const;
    for (const type of types) await owe(owed, type);
    const { told, enrollment } = listener();
    await Promise.all([sweep(gatewayTo({ enrollment })), sweep(gatewayTo({ enrollment }))]);
    expect(told).toHaveLength(300);
    for (const { id } of owed) {
      const own = told.filter((line) => line.startsWith(id));
      expect(own).toEqual(types.map((type) => `${id} ${type}`));
    }
  });

  it('holds back what comes after a word that failed for the same target, and nothing else', async () => {
    const [stuck, free] = [targets('enrollment', 1), targets('enrollment', 1)];
    for (const type of ['pause', 'resume', 'reply'] as const) await owe([...stuck, ...free], type);
    let isMended = false;
    const { told, enrollment } = listener(
      (id, type) => !isMended && id === stuck[0]?.id && type === 'resume',
    );
    const gateway = gatewayTo({ enrollment });
    expect(await sweep(gateway)).toEqual({ delivered: 1, failed: 1 });
    expect(told.filter((line) => line.startsWith(stuck[0]?.id ?? ''))).toHaveLength(1);
    expect(told.filter((line) => line.startsWith(free[0]?.id ?? ''))).toHaveLength(3);
    const left = await rows();
    expect(left.map(({ message, tries }) => [message?.type, tries])).toEqual([
      ['resume', 1],
      ['reply', 0],
    ]);
    // The later one is due, but not its turn.
    const [first, second] = left;
    if (!first || !second) throw new Error('too few are left');
    const farOff = sql`now() + interval '1 hour'`;
    await database.db.update(outbox).set({ nextTryAt: farOff }).where(eq(outbox.id, first.id));
    await database.db.update(outbox).set({ nextTryAt: dueNow }).where(eq(outbox.id, second.id));
    expect(await sweep(gateway)).toEqual({ delivered: 0, failed: 0 });
    isMended = true;
    await database.db.update(outbox).set({ nextTryAt: dueNow });
    expect(await sweep(gateway)).toEqual({ delivered: 1, failed: 0 });
    expect(told.filter((line) => line.startsWith(stuck[0]?.id ?? '')).at(-1)).toContain('reply');
    expect(await rows()).toEqual([]);
  });

  it('ends early when Temporal does not answer, and what it has not tried is due for the next', async () => {
    await owe(targets('enrollment', 600));
    const { told, enrollment } = listener(() => true);
    const isDown = () => Promise.resolve(false);
    const { delivered, failed } = await sweep(gatewayTo({ enrollment }), isDown);
    expect([delivered, told]).toEqual([0, []]);
    expect(failed).toBeLessThanOrEqual(16);
    const tried = (await rows()).filter(({ tries }) => tries > 0);
    expect(tried).toHaveLength(failed);
    const later = listener();
    await sweep(gatewayTo({ enrollment: later.enrollment }));
    expect(later.told.length).toBeGreaterThanOrEqual(600 - failed);
  });

  it('starts nothing whose target is gone, and forgets the word', async () => {
    const gone = [...targets('enrollment', 1), ...targets('bulk', 1), ...targets('task_email', 1)];
    await database.db.transaction((tx) =>
      leaveWord(
        tx,
        gone.map((target) => ({ ...target, message: null })),
      ),
    );
    await database.db.update(outbox).set({ nextTryAt: dueNow });
    expect(await sweep(gatewayTo({}))).toEqual({ delivered: 3, failed: 0 });
    expect(await rows()).toEqual([]);
  });
});

describe('what never answers', () => {
  const never = () => new Promise<never>(() => undefined);

  it('keeps nobody who tells it waiting: the word is put off', async () => {
    const [target, ...none] = targets('enrollment', 1);
    if (!target || none.length > 0) throw new Error('not one target');
    await owe([target]);
    const enrollment: Targets['enrollment'] = { ...listener().enrollment, pass: never };
    expect(await gatewayTo({ enrollment }, 50).deliver(target)).toBe('pending');
    expect(await rows()).toMatchObject([{ tries: 1, lastError: 'TemporalTimeoutError' }]);
  });
});

describe('a word of the outbox', () => {
  it('is claimed for a while, with all others of its target', async () => {
    const [first, second] = targets('enrollment', 2);
    if (!first || !second) throw new Error('no targets');
    await owe([first, second, first]);
    const claimed = await claimTargets(database.db, accountId, { after: 0, leaseMs });
    expect(claimed.map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(await claimTargets(database.db, accountId, { after: 0, leaseMs })).toEqual([]);
    for (const { id } of await rows()) {
      expect(await waitMs(id)).toBeGreaterThan(leaseMs - 10_000);
    }
    await database.db.update(outbox).set({ nextTryAt: dueNow });
    expect(
      await claimTargets(database.db, accountId, { after: claimed[0]?.wordId ?? 0, leaseMs }),
    ).toMatchObject([{ id: second.id }]);
  });

  it('waits by chance after each failure, twice as long as before at most, and never over 15 minutes', async () => {
    await owe(targets('enrollment', 1));
    const [row] = await rows();
    const id = row?.id ?? 0;
    const seen: number[] = [];
    for (let tries = 0; tries < 40; tries += 1) {
      await putOffWord(database.db, id, 'GRPC_14');
      const wait = await waitMs(id);
      const longest = Math.min(5_000 * 2 ** tries, 15 * 60_000);
      expect(wait).toBeGreaterThan(-1_000);
      expect(wait).toBeLessThanOrEqual(longest);
      seen.push(wait / longest);
    }
    // Full jitter: early and late ones both come.
    expect(Math.min(...seen)).toBeLessThan(0.4);
    expect(Math.max(...seen)).toBeGreaterThan(0.6);
    expect(await rows()).toMatchObject([{ tries: 40, lastError: 'GRPC_14' }]);
  });
});
