import { randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateQuery } from '../../src/contract/messages.js';
import type { EnrollmentStatus } from '../../src/domain/enrollment/status.js';
import { eventually } from '../support/eventually.js';
import { loseRun, losses } from '../support/lose-run.js';
import { lines, readRecord, type EnrollmentRecords } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

describe('a live enrollment whose run is lost', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  /** Enrolls somebody, and waits until the enrollment is at a step. */
  async function enrolled(steps: readonly object[], at: string): Promise<string> {
    const body = { name: 'Lost', steps, settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    const isThere = (step: string | null | undefined, nextAt: string | null | undefined) =>
      step === at && (nextAt === null || (nextAt ?? '') > new Date().toISOString());
    await reaches(id, ({ row }) => isThere(row.stepId, row.nextAt));
    // The run, too, has to be there.
    await eventually(
      () => stateOf(id),
      (status) => isThere(status?.step?.id, status?.nextAt),
    );
    return id;
  }
  const runOf = (id: string): WorkflowHandle => client.workflow.getHandle(`enrollment/${id}`);
  const stateOf = (id: string): Promise<EnrollmentStatus | undefined> =>
    runOf(id)
      .query(stateQuery)
      .catch(() => undefined);
  const reaches = (id: string, satisfies: (records: EnrollmentRecords) => boolean) =>
    eventually(() => readRecord(stack.db, id), satisfies);
  const act = (id: string, verb: string) =>
    stack.api.request('POST', `/v1/enrollments/${id}/${verb}`, {}, user.id);
  /** As if its next action had been due a quarter of an hour ago. */
  const makeLate = (id: string, column: 'next_at' | 'paused_until' = 'next_at') =>
    stack.db.execute(sql`update enrollments
      set ${sql.raw(column)} = now() - interval '16 minutes' where id = ${id}`);
  async function mailCount(id: string): Promise<number> {
    const { sends } = await readRecord(stack.db, id);
    const ids = new Set<string | undefined>([...sends.values()].map((send) => send.messageId));
    return stack.catcher.messages().filter(({ messageId }) => ids.has(messageId)).length;
  }

  const waiting = [emailStep('one', 0), callStep('call', 0), emailStep('two', 0)];
  const twoEmails = [emailStep('one', 0), emailStep('two', 3)];

  it.each(losses)('is given one again by the next word to it: %s', async (loss) => {
    const id = await enrolled(waiting, 'call');
    await loseRun(stack, `enrollment/${id}`, loss);
    expect((await act(id, 'pause')).status).toBe(200);
    await eventually(
      () => stateOf(id),
      (status) => status?.state === 'paused',
    );
    expect((await act(id, 'resume')).status).toBe(200);
    const [task] = await stack.api.tasks(`enrollmentId=${id}`);
    const done = await stack.api.request(
      'POST',
      `/v1/tasks/${task?.id ?? ''}/complete`,
      {},
      user.id,
    );
    expect(done.status).toBe(200);
    const { log } = await reaches(id, ({ row }) => row.state === 'finished');
    expect(lines(log)).toEqual([
      'enrolled',
      'email_sent one',
      'task_created call',
      'paused call',
      'resumed call',
      'task_completed call',
      'email_sent two',
      'finished',
    ]);
    expect(await mailCount(id)).toBe(2);
    expect(await runOf(id).result()).toEqual({ state: 'finished', reason: 'all_steps' });
  });

  it.each(losses)('is given one again by the sweeper once it is late: %s', async (loss) => {
    const id = await enrolled(twoEmails, 'two');
    await loseRun(stack, `enrollment/${id}`, loss);
    await makeLate(id);
    const { log } = await reaches(id, ({ row }) => row.state === 'finished');
    expect(lines(log)).toEqual(['enrolled', 'email_sent one', 'email_sent two', 'finished']);
    expect(await mailCount(id)).toBe(2);
  });

  it('a run that waits while its row is late looks again', async () => {
    const id = await enrolled(twoEmails, 'two');
    const { runId } = await runOf(id).describe();
    await makeLate(id);
    await reaches(id, ({ row }) => row.state === 'finished');
    expect((await runOf(id).describe()).runId).toBe(runId);
    expect(await mailCount(id)).toBe(2);
  });

  it('a pause whose end has passed ends, though its run has no timer for it', async () => {
    const id = await enrolled(twoEmails, 'two');
    await act(id, 'pause');
    await eventually(
      () => stateOf(id),
      (status) => status?.state === 'paused',
    );
    await makeLate(id, 'paused_until');
    const { log } = await reaches(id, ({ row }) => row.state === 'active');
    expect(log.at(-1)).toMatchObject({
      type: 'resumed',
      actor: { kind: 'system' },
      cause: { kind: 'due' },
    });
    await eventually(
      () => stateOf(id),
      (status) => status?.state === 'active',
    );
  });

  it('an enrollment whose row is missing for a while goes on when it is back', async () => {
    const id = await enrolled(waiting, 'call');
    const found = await stack.db.execute(sql`
      select to_jsonb(enrollments) as row from enrollments where id = ${id}`);
    await withoutKeys(sql`delete from enrollments where id = ${id}`);
    await runOf(id).signal('versionChanged', { messageId: randomUUID() });
    const pending = await eventually(
      async () => (await runOf(id).describe()).raw.pendingActivities?.[0],
      (activity) => (activity?.attempt ?? 0) > 2,
    );
    expect(pending?.lastFailure?.message).toBe(`no enrollment ${id}`);
    const row = JSON.stringify(found.rows[0]?.['row']);
    await withoutKeys(sql`
      insert into enrollments select (jsonb_populate_record(null::enrollments, ${row}::jsonb)).*`);
    const [task] = await stack.api.tasks(`enrollmentId=${id}`);
    await stack.api.request('POST', `/v1/tasks/${task?.id ?? ''}/complete`, {}, user.id);
    await reaches(id, ({ row: now }) => now.state === 'finished');
    expect(await mailCount(id)).toBe(2);
  });

  it('is given one again on request, which says whether it had one', async () => {
    const id = await enrolled(waiting, 'call');
    expect(await act(id, 'restart-run')).toMatchObject({ status: 200, body: { run: 'running' } });
    await loseRun(stack, `enrollment/${id}`, 'terminated');
    expect(await act(id, 'restart-run')).toMatchObject({ status: 200, body: { run: 'started' } });
    await eventually(
      () => stateOf(id),
      (status) => status?.state === 'waiting_task',
    );
    expect(await act(id, 'restart-run')).toMatchObject({ status: 200, body: { run: 'running' } });
    await act(id, 'unenroll');
    await runOf(id).result();
    expect(await act(id, 'restart-run')).toMatchObject({
      status: 409,
      body: { code: 'ENROLLMENT_ENDED' },
    });
    expect((await act(randomUUID(), 'restart-run')).status).toBe(404);
    const { log } = await readRecord(stack.db, id);
    expect(lines(log)).toEqual([
      'enrolled',
      'email_sent one',
      'task_created call',
      'run_restarted call',
      'unenrolled call',
    ]);
  });

  /** As a restore does it: rows come and go without regard to what names them. */
  const withoutKeys = (statement: ReturnType<typeof sql>) =>
    stack.db.transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`);
      await tx.execute(statement);
    });
});
