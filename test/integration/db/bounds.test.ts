import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allowLong } from '../../../src/db/allow-long.js';
import { databaseBounds, type DatabaseBounds } from '../../../src/db/bounds.js';
import { openDatabase, takesWrites, type Database, type Tx } from '../../../src/db/client.js';
import { databaseFailure } from '../../../src/db/sqlstate.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTcpSwitch, type TcpSwitch } from '../../support/tcp-switch.js';

const bounds: DatabaseBounds = {
  connectMs: 700,
  short: { lockMs: 400, statementMs: 600, idleMs: 300 },
  long: { lockMs: 2_000, statementMs: 3_000, idleMs: 300 },
};
/** How late somebody may be whom a bound has let go; a machine that tests share is slow at times. */
const soonMs = 2_500;

let test: TestDatabase;
let database: Database;
const errors: Error[] = [];
const open = (url: string, maxConnections = 4): Database =>
  openDatabase({ url, maxConnections, bounds, onConnectionError: (error) => errors.push(error) });

beforeAll(async () => {
  test = await createTestDatabase();
  database = open(test.url);
  await database.db.execute(sql`create table things (id int primary key)`);
  await database.db.execute(sql`insert into things values (1)`);
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const take = (tx: Tx) => tx.execute(sql`select id from things where id = 1 for update`);
const kindOf = async (work: Promise<unknown>): Promise<string | undefined> =>
  databaseFailure(
    await work.then(
      () => 'no failure',
      (error: unknown) => error,
    ),
  )?.kind;
const msOf = async (work: Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work.catch(() => undefined);
  return performance.now() - begun;
};
const works = async (on = database): Promise<void> => {
  const { rows } = await on.db.transaction((tx) => tx.execute(sql`select 1 as one`));
  expect(rows).toEqual([{ one: 1 }]);
};

describe('a transaction', () => {
  it('has every bound of a short activity below its start-to-close, and passes no lock on among those that stand still', () => {
    const { connectMs, short, long } = databaseBounds;
    const startToCloseMs = 10_000;
    const { lockMs, statementMs, idleMs } = short;
    for (const ms of [connectMs, lockMs, statementMs, idleMs]) {
      expect(ms).toBeLessThan(startToCloseMs);
    }
    expect(lockMs).toBeLessThanOrEqual(idleMs);
    for (const each of [short, long]) expect(each.lockMs).toBeLessThan(each.statementMs);
    expect(connectMs).toBeGreaterThan(short.idleMs);
    expect(long.idleMs).toBe(short.idleMs);
  });

  it.each([
    ['short', () => Promise.resolve()],
    ['long', allowLong],
  ] as const)('that is %s lets go when its process stands still', async (_, begin) => {
    let wake = (): void => undefined;
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let taken = (): void => undefined;
    const holding = new Promise<void>((resolve) => {
      taken = resolve;
    });
    const frozen = database.db.transaction(async (tx) => {
      await begin(tx);
      await take(tx);
      taken();
      await asleep;
      await take(tx);
    });
    const outcome = kindOf(frozen);
    await holding;
    expect(
      await msOf(
        database.db.transaction(async (tx) => {
          await allowLong(tx);
          expect((await take(tx)).rows).toHaveLength(1);
        }),
      ),
    ).toBeLessThan(soonMs);
    wake();
    expect(await outcome).toBe('unavailable');
    await works();
  });

  it('waits for a lock no longer than its bound, and is to be tried again', async () => {
    const waited = await database.db.transaction(async (holder) => {
      await take(holder);
      const waiting = database.db.transaction(take);
      const kind = kindOf(waiting);
      // Not idle while the other waits.
      while (database.pool.waitingCount === 0 && (await settled(waiting)) === 'pending') {
        await holder.execute(sql`select 1`);
      }
      return kind;
    });
    expect(waited).toBe('try_again');
    await works();
  });

  it('is ended by a statement that takes too long, unless it may take long', async () => {
    const slow = sql`select pg_sleep(1.2)`;
    expect(await kindOf(database.db.transaction((tx) => tx.execute(slow)))).toBe('unavailable');
    await database.db.transaction(async (tx) => {
      await allowLong(tx);
      await tx.execute(slow);
    });
    // The next one on the same connection has the usual bounds again.
    const one = open(test.url, 1);
    await one.db.transaction(allowLong);
    expect(await kindOf(one.db.transaction((tx) => tx.execute(slow)))).toBe('unavailable');
    await one.close();
  });

  it('leaves nothing of its bounds behind on the connection, which others use next', async () => {
    const one = open(test.url, 1);
    const read = async () =>
      (
        await one.db.execute(sql`
          select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement,
            current_setting('idle_in_transaction_session_timeout') as idle`)
      ).rows;
    const before = await read();
    await one.db.transaction(async (tx) => {
      await allowLong(tx);
      await tx.transaction((savepoint) => savepoint.execute(sql`select 1`));
    });
    expect(await read()).toEqual(before);
    await one.close();
  });

  it('keeps its isolation and access mode', async () => {
    await database.db.transaction(
      async (tx) => {
        const { rows } =
          await tx.execute(sql`select current_setting('transaction_isolation') as level,
          current_setting('transaction_read_only') as reading, current_setting('lock_timeout') as lock`);
        expect(rows).toEqual([{ level: 'repeatable read', reading: 'on', lock: '400ms' }]);
      },
      { accessMode: 'read only', isolationLevel: 'repeatable read' },
    );
  });
});

async function settled(work: Promise<unknown>): Promise<'settled' | 'pending'> {
  const done = work.then(
    () => 'settled' as const,
    () => 'settled' as const,
  );
  return Promise.race([done, delay(20, 'pending' as const)]);
}

describe('a Postgres that does not answer', () => {
  let wire: TcpSwitch;
  let far: Database;
  beforeEach(async () => {
    const { host } = new URL(test.url);
    wire = await startTcpSwitch(host);
    wire.on();
    const url = new URL(test.url);
    url.host = wire.address;
    far = open(url.href, 2);
    await works(far);
  });
  afterEach(async () => {
    await far.close();
    await wire.stop();
  });

  it('is given up within the bounds: before a transaction, in the middle of it, on a statement alone, on a new connection', async () => {
    const { short, connectMs } = bounds;
    const limit = short.statementMs + connectMs + soonMs;
    const begun = performance.now();
    const within = await Promise.all([
      kindOf(
        far.db.transaction(async (tx) => {
          await take(tx);
          wire.hold();
          await tx.execute(sql`select 2`);
        }),
      ),
      delay(50).then(() => kindOf(far.db.execute(sql`select 1`))),
      delay(50).then(() => kindOf(works(far))),
      delay(50).then(() => kindOf(takesWrites(far))),
    ]);
    expect(within).toEqual(Array.from({ length: 4 }, () => 'unavailable'));
    expect(performance.now() - begun).toBeLessThan(limit);
    // Nobody waits on the others' account for longer than for a connection.
    expect(await msOf(works(far))).toBeLessThan(connectMs + soonMs);
    wire.on();
    await works(far);
    expect(await takesWrites(far)).toBe(true);
  });

  it('does not keep a process from ending', async () => {
    const own = open(`${test.url}?application_name=ending`, 1);
    const running = own.db.transaction(async (tx) => {
      await allowLong(tx);
      await tx.execute(sql`select pg_sleep(2.5)`);
    });
    const outcome = kindOf(running);
    await delay(50);
    await own.close();
    expect(await outcome).not.toBe('unavailable');
  });
});

describe('a server that was made read-only', () => {
  it('is unavailable to writes, is not ready, and is left behind once another takes writes', async () => {
    const own = await createTestDatabase();
    const name = new URL(own.url).pathname.slice(1);
    const readOnly = (value: 'on' | 'off') =>
      database.db.execute(
        sql.raw(`alter database ${name} set default_transaction_read_only = ${value}`),
      );
    await readOnly('on');
    const standby = open(own.url, 1);
    const write = () =>
      standby.db.transaction((tx) => tx.execute(sql`create table written (id int)`));
    expect(await kindOf(write())).toBe('unavailable');
    expect(await takesWrites(standby)).toBe(false);
    await readOnly('off');
    expect(await takesWrites(standby)).toBe(true);
    await write();
    await readOnly('on');
    await standby.close();
    await own.drop();
  });
});

/** As Postgres says that an administrator has ended the connection. */
function fatal(): Buffer {
  const fields = [
    'SFATAL',
    'VFATAL',
    'C57P01',
    'Mterminating connection due to administrator command',
  ];
  const body = Buffer.from(`${fields.join('\0')}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

describe('a connection that is ended in the packet that says it is ready', () => {
  const readyForQuery = ['I', 'T', 'E'].map((state) => Buffer.from(`Z\0\0\0\u0005${state}`));

  it('breaks nothing but what was asked on it: new, between two users, and in a transaction', async () => {
    let armed = 0;
    let struck = 0;
    const { host } = new URL(test.url);
    const wire = await startTcpSwitch(host, {
      back: (chunk) => {
        if (armed === 0 || !readyForQuery.some((end) => chunk.subarray(-end.length).equals(end)))
          return chunk;
        armed -= 1;
        if (armed > 0) return chunk;
        struck += 1;
        return Buffer.concat([chunk, fatal()]);
      },
    });
    wire.on();
    const url = new URL(test.url);
    url.host = wire.address;
    const pool = open(url.href, 1);
    const before = errors.length;
    // The first answers of a connection, those of its transactions, and that after which the next one gets it.
    for (const after of [1, 1, 2, 2, 3, 3, 4, 4, 5]) {
      armed = after;
      await Promise.allSettled([works(pool), works(pool), pool.db.execute(sql`select 1`)]);
    }
    expect(struck).toBe(9);
    armed = 0;
    await works(pool);
    expect(errors.length - before).toBeGreaterThan(0);
    expect(errors.length - before).toBeLessThanOrEqual(9);
    await pool.close();
    await wire.stop();
  });
});
