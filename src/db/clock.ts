import { sql } from 'drizzle-orm';
import type { Db } from './client.js';

/** The time by Postgres' clock, which all processes share whatever their machines say. */
export interface DatabaseClock {
  /** Milliseconds since 1970, right to within half of the round trip to Postgres. */
  nowMs(): number;
}

/** A clock that is set by Postgres' own, at first and then again and again until it is stopped. */
export interface SetClock extends DatabaseClock {
  /** Sets it; rejects when Postgres does not answer. */
  start(): Promise<void>;
  stop(): void;
}

const everyMs = 30_000;
/** The quickest of several answers has the least error. */
const asks = 3;

/** Makes the clock; before its start it tells no time. It runs on without Postgres, by the machine's monotonic clock. */
export function createDatabaseClock(db: Db, onError: (error: unknown) => void): SetClock {
  let offsetMs = Number.NaN;
  let timer: NodeJS.Timeout | undefined;
  const set = async (): Promise<void> => {
    let best = { tripMs: Number.POSITIVE_INFINITY, offsetMs };
    for (let ask = 0; ask < asks; ask += 1) {
      const answer = await askOnce(db);
      if (answer.tripMs < best.tripMs) best = answer;
    }
    ({ offsetMs } = best);
  };
  return {
    nowMs: () => {
      if (Number.isNaN(offsetMs)) throw new Error('the clock was not set yet');
      return Math.floor(performance.now() + offsetMs);
    },
    start: async () => {
      await set();
      timer = setInterval(() => {
        set().catch(onError);
      }, everyMs);
      timer.unref();
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** How far Postgres' clock is from the monotonic one, taken at the middle of the round trip. */
async function askOnce(db: Db): Promise<{ readonly tripMs: number; readonly offsetMs: number }> {
  const askedMs = performance.now();
  const { rows } = await db.execute<{ ms: number }>(
    sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
  );
  const tripMs = performance.now() - askedMs;
  const [row] = rows;
  if (row === undefined) throw new Error('Postgres did not tell the time');
  return { tripMs, offsetMs: row.ms - askedMs - tripMs / 2 };
}
