import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { and, eq, sql } from 'drizzle-orm';
import { emailSends, enrollments, mailboxes, workflowOutbox } from '../src/db/schema/index.js';
import { cloneEnrollment } from '../test/support/clones.js';
import { anyTime, emailStep } from '../test/support/sequences.js';
import { atOnce } from './support/at-once.js';
import { figureOf, percentile, type Figure } from './support/figure.js';
import type { Ground } from './support/ground.js';
import { startPlainWorker } from './support/plain-worker.js';
import { openService, type Service } from './support/service.js';

const due = 2000;
const senders = 200;
/** All within one minute, as far from one another as that leaves. */
const apartMs = 60_000 / due;
/** So long it takes to have all of them wait. */
const leadMs = 240_000;
const baselineLeadMs = 60_000;
const patienceMs = 600_000;
const starters = 16;

/**
 * How late emails are that fall due in the same minute, from 200 mailboxes without limits: until the mail server has taken
 * them over; against as many plain workflows that wait for the same instants and do nothing.
 */
export async function measureLateness(ground: Ground): Promise<readonly Figure[]> {
  const baseline = await latenessOfTimers(ground);
  const service = await openService(ground, 2 * due);
  try {
    const value = await latenessOfEmails(ground, service);
    const figure = (name: string, part: number): Figure =>
      figureOf({ name: `lateness: ${due} emails due in a minute, ${name}`, unit: 'ms' }, [
        { value: percentile(value, part), baseline: percentile(baseline, part) },
      ]);
    return [figure('p50', 0.5), figure('p95', 0.95), figure('max', 1)];
  } finally {
    await service.stop();
  }
}

async function latenessOfTimers(ground: Ground): Promise<readonly number[]> {
  const worker = await startPlainWorker(ground, 'timer', 2 * due);
  try {
    const firstMs = Date.now() + baselineLeadMs;
    const lateness: Promise<number>[] = [];
    let next = 0;
    await atOnce(starters, due, async () => {
      const dueMs = firstMs + next * apartMs;
      next += 1;
      const handle = await ground.client.workflow.start<(dueMs: number) => Promise<number>>(
        'timer',
        { taskQueue: worker.taskQueue, workflowId: `timer/${randomUUID()}`, args: [dueMs] },
      );
      lateness.push(handle.result());
    });
    if (Date.now() > firstMs) throw new Error('the first was due before the last had begun');
    return await Promise.all(lateness);
  } finally {
    await worker.stop();
  }
}

async function latenessOfEmails(
  { smtpPort }: Ground,
  service: Service,
): Promise<readonly number[]> {
  const { db } = service;
  const sequenceId = await prepare(service, smtpPort);
  const firstMs = Date.now() + leadMs;
  const dueMs = await spread(service, sequenceId, new Date(firstMs).toISOString());
  await service.startWorker();
  while ((await db.$count(workflowOutbox)) > 0) await delay(500);
  if (Date.now() > firstMs) throw new Error('the first was due before the last had begun');
  for (;;) {
    await delay(500);
    const sends = await db
      .select({ id: emailSends.enrollmentId, sentAt: emailSends.settledAt })
      .from(emailSends)
      .innerJoin(enrollments, eq(enrollments.id, emailSends.enrollmentId))
      .where(and(eq(enrollments.sequenceId, sequenceId), eq(emailSends.state, 'sent')));
    if (sends.length === due) {
      return sends.map(({ id, sentAt }) => Date.parse(sentAt ?? '') - (dueMs.get(id) ?? 0));
    }
    if (Date.now() > firstMs + patienceMs) throw new Error(`only ${sends.length} were sent`);
  }
}

/** A sequence with an enrollment that nothing is done for, and as many like it as are to be due. */
async function prepare({ client, db }: Service, smtpPort: number): Promise<string> {
  await atOnce(4, senders - 1, async () => {
    await client.user(smtpPort);
  });
  const user = await client.user(smtpPort);
  const sequenceId = await client.sequence(user.id, {
    name: 'One mail',
    steps: [emailStep('one', 0), emailStep('two', 3)],
    settings: anyTime,
  });
  const contact = { id: await client.contact() };
  const { id } = await client.enroll(user.id, { sequenceId, contact });
  await cloneEnrollment(db, id, due);
  await client.request('POST', `/v1/enrollments/${id}/unenroll`, {}, user.id);
  return sequenceId;
}

/** Deals them out to the mailboxes and over the minute, and has the sweeper start their workflows; says when each is due. */
async function spread(
  { db }: Service,
  sequenceId: string,
  firstAt: string,
): Promise<ReadonlyMap<string, number>> {
  await db.execute(sql`
    with numbered as (
      select id, row_number() over (order by id) - 1 as number from ${enrollments}
      where sequence_id = ${sequenceId} and state = 'active'),
    dealt as (
      select id, user_id, row_number() over (order by id) - 1 as number from ${mailboxes}
      order by id limit ${senders})
    update ${enrollments} enrollment set mailbox_id = dealt.id, sender_id = dealt.user_id,
      next_at = ${firstAt}::timestamptz + numbered.number * ${apartMs}::float8 * interval '1 millisecond'
    from numbered, dealt
    where enrollment.id = numbered.id and dealt.number = numbered.number % ${senders}`);
  await db.execute(sql`
    insert into ${workflowOutbox} (account_id, enrollment_id, kind, created_at)
    select account_id, id, 'start', clock_timestamp() - interval '1 minute'
    from ${enrollments} where sequence_id = ${sequenceId} and state = 'active'`);
  const rows = await db
    .select({ id: enrollments.id, nextAt: enrollments.nextAt })
    .from(enrollments)
    .where(and(eq(enrollments.sequenceId, sequenceId), eq(enrollments.state, 'active')));
  return new Map(rows.map(({ id, nextAt }) => [id, Date.parse(nextAt ?? '')]));
}
