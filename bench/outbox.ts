import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { sweepWords } from '../src/activities/sweep-words.js';
import { targetsOf } from '../src/assembly/targets.js';
import { openDatabase, type Database } from '../src/db/client.js';
import { migrateDatabase } from '../src/db/migrate.js';
import { createInstallationId } from '../src/db/installation-id.js';
import { createOutboxStore } from '../src/db/outbox-store.js';
import { outbox } from '../src/db/schema/index.js';
import { createDatabase, withDatabase } from '../src/local/databases.js';
import { createGateway } from '../src/temporal/gateway.js';
import { figureOf, type Aim, type Figure, type Round } from './support/figure.js';
import type { Ground } from './support/ground.js';

const few = 1_000;
const many = 1_000_000;
const rounds = 9;
const perRound = 1_000;
const most = 1.2;

const aim: Aim = { text: `at most ${most} of the baseline`, met: ({ ratio }) => ratio <= most };

/** An outbox of its own, whose words are told to nobody: what remains is what the outbox itself costs. */
interface Backlog {
  readonly db: Database['db'];
  /** Leaves so many words, each to another enrollment, due at once. */
  owe(words: number): Promise<void>;
  /** Sweeps until so many words have been told; says how long each took, in milliseconds. */
  tell(words: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * What it costs to tell a word with a million waiting, against a thousand; Temporal's own part left out. With `whole` all of
 * the million are told, and the last are compared with the first.
 */
export async function measureOutbox(
  ground: Ground,
  { whole }: { readonly whole: boolean },
): Promise<readonly Figure[]> {
  const short = await openBacklog(ground, 'outbox_few');
  const long = await openBacklog(ground, 'outbox_many');
  try {
    await long.owe(many);
    const measured: Round[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      await short.owe(few);
      const [one, other] = round % 2 === 0 ? [long, short] : [short, long];
      const first = await one.tell(perRound);
      const second = await other.tell(perRound);
      const [value, baseline] = round % 2 === 0 ? [first, second] : [second, first];
      // The first round only warms up.
      if (round > 0) measured.push({ value, baseline });
    }
    const name = `outbox: a word told with ${many} waiting, against ${few}`;
    const figure = figureOf({ name, unit: 'ms', aim }, measured);
    return whole ? [figure, await tellAll(long)] : [figure];
  } finally {
    await short.close();
    await long.close();
  }
}

/** Tells what is left, a tenth at a time, and compares the last with the first. */
async function tellAll(long: Backlog): Promise<Figure> {
  const tenth = Math.floor((await long.db.$count(outbox)) / 10);
  const each: number[] = [];
  while (each.length < 10) each.push(await long.tell(tenth));
  const round = { value: each.at(-1) ?? Number.NaN, baseline: each[0] ?? Number.NaN };
  const name = `outbox: a word of the last tenth of ${many} told, against the first`;
  return figureOf({ name, unit: 'ms', aim }, [round]);
}

async function openBacklog(ground: Ground, name: string): Promise<Backlog> {
  await createDatabase(ground.databaseUrl, name);
  const url = withDatabase(ground.databaseUrl, name);
  await migrateDatabase(url);
  const database = openDatabase({ url, maxConnections: 10, onConnectionError: () => undefined });
  const { db } = database;
  const targets = targetsOf(db);
  const enrollment = { ...targets.enrollment, pass: () => Promise.resolve('told' as const) };
  const gateway = createGateway({
    ...{ client: ground.client, namespace: ground.temporal.namespace },
    ...{ taskQueue: name, uiUrl: '', searchAttributesEachStep: false },
    installationId: createInstallationId(db),
    outbox: createOutboxStore(db),
    targets: { ...targets, enrollment },
    logger: pino({ level: 'warn' }),
  });
  return {
    db,
    owe: (words) => owe(db, words),
    tell: async (words) => {
      let told = 0;
      const startedMs = performance.now();
      while (told < words) {
        const before = told;
        const deliver: typeof gateway.deliver = async (target, given) => {
          told += 1;
          return gateway.deliver(target, given);
        };
        const deps = { db, deliver, temporalAnswers: () => Promise.resolve(true) };
        const { failed } = await sweepWords(deps, () => told >= words);
        if (failed > 0 || told === before) throw new Error('a sweep got stuck');
      }
      const tookMs = performance.now() - startedMs;
      // A sweep that is cut off leaves what it had claimed to the next.
      await db
        .update(outbox)
        .set({ nextTryAt: sql`now()` })
        .where(sql`next_try_at > now()`);
      return tookMs / told;
    },
    close: () => database.close(),
  };
}

async function owe(db: Database['db'], words: number): Promise<void> {
  await db.execute(sql`
    insert into ${outbox} (account_id, target_kind, target_id, message, next_try_at)
    select ${randomUUID()}::uuid, 'enrollment', gen_random_uuid(),
      '{"type": "versionChanged", "messageId": "m"}', now()
    from generate_series(1, ${words}::integer)`);
  // As autovacuum does sooner or later.
  await db.execute(sql`vacuum analyze ${outbox}`);
}
