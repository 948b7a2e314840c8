import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { and, eq, sql } from 'drizzle-orm';
import { enrollments, logEntries } from '../src/db/schema/index.js';
import { emailStep } from '../test/support/sequences.js';
import type { SeededUser } from '../test/support/stack-client.js';
import { atOnce } from './support/at-once.js';
import { figureOf, percentile, type Figure } from './support/figure.js';
import type { Ground } from './support/ground.js';
import { startPlainWorker } from './support/plain-worker.js';
import { openService, type Service } from './support/service.js';

const mailboxes = 200;
const due = 2_000;
const callers = 16;
/** How long before they are due all must be waiting. */
const headStartMs = 10_000;
const perPreparedMs = 60;

/**
 * How late first emails go out that are due at one instant, 2,000 of them over 200 mailboxes with limits off: from the time
 * they were planned for until the mail server has taken them and the log says so. Against as many bare timers.
 */
export async function measureLateness(ground: Ground): Promise<readonly Figure[]> {
  const baseline = await bareTimers(ground);
  const service = await openService(ground, 2 * due);
  try {
    await service.startWorker();
    const value = await enrolled(ground, service);
    const figure = (name: string, part: number): Figure =>
      figureOf({ name: `lateness: ${due} emails due at once, ${name}`, unit: 'ms' }, [
        { value: percentile(value, part), baseline: percentile(baseline, part) },
      ]);
    return [figure('median', 0.5), figure('p95', 0.95), figure('max', 1)];
  } finally {
    await service.stop();
  }
}

/** An instant by which so many can be made to wait. */
function instantAhead(): number {
  return Date.now() + due * perPreparedMs + headStartMs;
}

function requireHeadStart(atMs: number): void {
  if (Date.now() > atMs - headStartMs) throw new Error('the machine is too slow to prepare these');
}

async function bareTimers(ground: Ground): Promise<readonly number[]> {
  const { client } = ground;
  const plain = await startPlainWorker(ground, 2 * due);
  try {
    const atMs = instantAhead();
    const { taskQueue } = plain;
    const handles: WorkflowHandle[] = [];
    await atOnce(callers, due, async () => {
      const workflowId = `alarm/${randomUUID()}`;
      handles.push(await client.workflow.start('alarm', { taskQueue, workflowId, args: [atMs] }));
    });
    requireHeadStart(atMs);
    await delay(atMs - Date.now());
    const late: number[] = [];
    await atOnce(callers, due, async () => void late.push(Number(await handles.pop()?.result())));
    return late;
  } finally {
    await plain.stop();
  }
}

async function enrolled({ smtpPort }: Ground, { client, db }: Service): Promise<readonly number[]> {
  const owner = await client.user(smtpPort);
  const sequenceId = await client.sequence(owner.id, {
    name: 'At one instant',
    steps: [emailStep('one', 0), emailStep('two', 5)],
    sharing: { everyone: 'use' },
  });
  const senders: SeededUser[] = [];
  await atOnce(callers, mailboxes, async () => void senders.push(await client.user(smtpPort)));
  const contactIds: string[] = [];
  await atOnce(callers, due, async () => void contactIds.push(await client.contact()));
  const atMs = instantAhead();
  const firstStepAt = new Date(atMs).toISOString();
  await atOnce(callers, due, async () => {
    const contact = { id: contactIds.pop() };
    const sender = senders[contactIds.length % mailboxes];
    await client.enroll(sender?.id ?? '', { sequenceId, contact, firstStepAt });
  });
  requireHeadStart(atMs);
  const sent = and(eq(enrollments.sequenceId, sequenceId), eq(enrollments.stepId, 'two'));
  await delay(atMs - Date.now());
  while ((await db.$count(enrollments, sent)) < due) await delay(500);
  const rows = await db
    .select({
      lateMs: sql<number>`(extract(epoch from ${logEntries.at} - (${logEntries.data} ->> 'plannedAt')::timestamptz) * 1000)::float8`,
    })
    .from(logEntries)
    .innerJoin(
      enrollments,
      and(
        eq(enrollments.accountId, logEntries.accountId),
        eq(enrollments.id, logEntries.subjectId),
      ),
    )
    .where(and(eq(logEntries.type, 'email_sent'), eq(enrollments.sequenceId, sequenceId)));
  return rows.map(({ lateMs }) => lateMs);
}
