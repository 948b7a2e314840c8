import { sql, type SQL } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import { readRecords } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';
import { startWorkerChild, type WorkerChild } from '../support/worker-child.js';

const crowd = 20;
/** The locks of a transaction that stands still cost the others four seconds; the rest is for a machine that is shared. */
const withinMs = 20_000;
/** An answer also waits, three seconds at the most, until Temporal has been told, whose worker stands still. */
const answeredWithinMs = 14_000;
const limitMs = 100_000;

describe('one of two workers that stands still in the middle of its transactions', () => {
  let stack: Stack;
  let user: SeededUser;
  let sequenceId: string;
  let holder: pg.Client;
  const workers: WorkerChild[] = [];
  beforeAll(async () => {
    stack = await startStack({ worker: false });
    user = await stack.api.user(stack.catcher.port);
    sequenceId = await stack.api.sequence(user.id, {
      name: 'Two mails',
      steps: [emailStep('one', 0), emailStep('two', 0)],
      settings: anyTime,
    });
    holder = new pg.Client({ connectionString: stack.databaseUrl });
    await holder.connect();
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    await holder.end();
    await stack.close();
  });

  async function startNamed(name: string): Promise<WorkerChild> {
    const { database } = stack.workerSettings;
    const url = new URL(database.url);
    url.searchParams.set('application_name', name);
    const settings = { ...stack.workerSettings, database: { ...database, url: url.href } };
    const worker = await startWorkerChild(
      { ...settings, sendLeaseMs: 4_000, maxConcurrentActivities: 6 },
      await workflowBundle(),
    );
    workers.push(worker);
    return worker;
  }
  const enroll = async (): Promise<string> => {
    const contact = { id: await stack.api.contact() };
    return (await stack.api.enroll(user.id, { sequenceId, contact })).id;
  };
  const mails = (): number => stack.catcher.messages().length;
  /** How many connections of a worker have rows locked, and what they wait for: another lock, or their worker. */
  const inTransaction = async (name: string, where: SQL): Promise<number> => {
    const { rows } = await stack.db.execute(sql`select 1 from pg_stat_activity
      where application_name = ${name} and backend_xid is not null and ${where}`);
    return rows.length;
  };
  const waiting = (name: string) => inTransaction(name, sql`wait_event_type = 'Lock'`);
  const standingStill = (name: string) => inTransaction(name, sql`state = 'idle in transaction'`);

  it(
    'holds up the other, and every reply, for some seconds and no longer; no mail is sent twice',
    async () => {
      const ids = await Promise.all(Array.from({ length: crowd }, enroll));
      // Each claim of a mail comes to wait for the mailbox, with its enrollment locked.
      await holder.query('begin');
      await holder.query('select 1 from mailboxes for update');
      const [frozen] = await Promise.all([startNamed('frozen'), startNamed('live')]);
      await eventually(
        async () => Math.min(await waiting('frozen'), await waiting('live')),
        (count) => count > 0,
      );
      frozen.freeze();
      await holder.query('commit');
      const begun = performance.now();
      const since = (): number => Math.round(performance.now() - begun);
      await eventually(
        () => standingStill('frozen'),
        (count) => count > 0,
      );
      const replied = ids.slice(0, crowd / 2);
      const [sentAfterMs, answers] = await Promise.all([
        eventually(mails, (count) => count > 3, limitMs).then(since),
        Promise.all(replied.map(async (id) => ({ ...(await stack.api.reply(id)), ms: since() }))),
      ]);
      const slowestMs = Math.max(...answers.map(({ ms }) => ms));
      process.stdout.write(`frozen worker: ${JSON.stringify({ sentAfterMs, slowestMs })}\n`);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      expect(slowestMs).toBeLessThan(answeredWithinMs);
      expect(sentAfterMs).toBeLessThan(withinMs);
      expect(await standingStill('frozen')).toBe(0);
      frozen.thaw();
      const settled = await eventually(
        () => readRecords(stack.db, ids),
        (all) => all.every(({ row }) => row.state !== 'active'),
        limitMs,
      );
      const arrived = stack.catcher.messages().map(({ messageId }) => messageId);
      expect(new Set(arrived).size).toBe(arrived.length);
      const states = settled.map(({ row }) => [row.state, row.reason]);
      const ended = (id: string) =>
        replied.includes(id) ? ['unenrolled', 'replied'] : ['finished', 'all_steps'];
      expect(states).toEqual(ids.map(ended));
    },
    2 * limitMs,
  );
});
