import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { and, asc, eq } from 'drizzle-orm';
import type { Client } from '@temporalio/client';
import { enrollmentWorkflowId } from '../src/contract/enrollment.js';
import { enrollments } from '../src/db/schema/index.js';
import { emailStep } from '../test/support/sequences.js';
import { atOnce } from './support/at-once.js';
import { figureOf, percentile, type Figure, type Round } from './support/figure.js';
import type { Ground } from './support/ground.js';
import { startPlainWorker } from './support/plain-worker.js';
import { openService, type Service } from './support/service.js';

const live = 1000;
const perRound = 100;
const starters = 16;

/** Milliseconds until it was answered, and until the workflow had closed. */
interface Times {
  readonly answered: number;
  readonly closed: number;
}

/**
 * How soon a reply takes effect with a thousand enrollments live: until the API has answered, when the enrollment is
 * unenrolled in Postgres, and until its workflow has closed; against a bare signal to a workflow that ends when it has
 * it, with a thousand of those live. One reply after the other, in rounds that take turns.
 */
export async function measureReply(ground: Ground): Promise<readonly Figure[]> {
  const service = await openService(ground, 2 * live);
  const plain = await startPlainWorker(ground, 2 * live);
  try {
    await service.startWorker();
    const ids = await enrollAll(ground, service);
    const waiters = await startWaiters(ground, plain.taskQueue);
    const replies: Times[] = [];
    const signals: Times[] = [];
    for (let from = 0; from < live; from += perRound) {
      for (const id of waiters.slice(from, from + perRound)) {
        signals.push(
          await timed(ground.client, id, () => ground.client.workflow.getHandle(id).signal('wake')),
        );
      }
      for (const id of ids.slice(from, from + perRound)) {
        replies.push(
          await timed(ground.client, enrollmentWorkflowId(id), () => reply(service, id)),
        );
      }
    }
    return figuresOf(replies, signals);
  } finally {
    await plain.stop();
    await service.stop();
  }
}

function figuresOf(replies: readonly Times[], signals: readonly Times[]): readonly Figure[] {
  const figures = (name: string, what: keyof Times): readonly Figure[] => {
    const [value, baseline] = [replies, signals].map((times) => times.map((one) => one[what]));
    const rounds = Array.from({ length: live / perRound }, (_, round): Round => {
      const part = (all: readonly number[] = []) =>
        percentile(all.slice(round * perRound, (round + 1) * perRound), 0.5);
      return { value: part(value), baseline: part(baseline) };
    });
    const p99 = {
      value: percentile(value ?? [], 0.99),
      baseline: percentile(baseline ?? [], 0.99),
    };
    return [
      figureOf({ name: `${name}, median`, unit: 'ms' }, rounds),
      figureOf({ name: `${name}, p99`, unit: 'ms' }, [p99]),
    ];
  };
  return [
    ...figures('reply: to unenrolled in Postgres', 'answered'),
    ...figures('reply: to the workflow closed', 'closed'),
  ];
}

async function timed(client: Client, workflowId: string, act: () => Promise<void>): Promise<Times> {
  const startedMs = performance.now();
  const closed = client.workflow.getHandle(workflowId).result();
  await act();
  const answered = performance.now() - startedMs;
  await closed;
  return { answered, closed: performance.now() - startedMs };
}

async function reply({ client }: Service, id: string): Promise<void> {
  const { status, body } = await client.reply(id);
  if (status >= 300) throw new Error(JSON.stringify(body));
}

/** Enrollments whose first email is out, and whose second waits for days. */
async function enrollAll(
  { smtpPort }: Ground,
  { client, db }: Service,
): Promise<readonly string[]> {
  const user = await client.user(smtpPort);
  const steps = [emailStep('one', 0), emailStep('two', 5)];
  const sequenceId = await client.sequence(user.id, { name: 'Two mails', steps });
  await atOnce(starters, live, async () => {
    const contact = { id: await client.contact() };
    await client.enroll(user.id, { sequenceId, contact });
  });
  const waiting = and(eq(enrollments.sequenceId, sequenceId), eq(enrollments.stepId, 'two'));
  while ((await db.$count(enrollments, waiting)) < live) await delay(200);
  const rows = await db
    .select({ id: enrollments.id })
    .from(enrollments)
    .where(waiting)
    .orderBy(asc(enrollments.id));
  return rows.map(({ id }) => id);
}

async function startWaiters({ client }: Ground, taskQueue: string): Promise<readonly string[]> {
  const ids = Array.from({ length: live }, () => `waiter/${randomUUID()}`);
  const left = [...ids];
  await atOnce(starters, live, async () => {
    const workflowId = left.pop() ?? '';
    await client.workflow.start('waiter', { taskQueue, workflowId, args: [] });
  });
  return ids;
}
