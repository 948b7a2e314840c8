import { randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrollmentWorkflowId } from '../../src/contract/enrollment.js';
import { outbox } from '../../src/db/schema/index.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

const updates = ['pause', 'resume', 'unenroll', 'completeTask', 'skipStep'];
const signals = ['reply', 'meeting', 'outOfOffice', 'versionChanged'];

describe('whatever is said to an enrollment that has ended', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  let sequenceId: string;
  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
    const steps = [emailStep('one', 0), emailStep('two', 3)];
    sequenceId = await stack.api.sequence(user.id, { name: 'Two', steps, settings: anyTime });
  });
  afterAll(() => stack.close());

  async function enroll(): Promise<{ id: string; handle: WorkflowHandle }> {
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    await eventually(
      () => stack.api.enrollment(id),
      ({ currentStep }) => currentStep?.id === 'two',
    );
    return { id, handle: client.workflow.getHandle(enrollmentWorkflowId(id)) };
  }
  const act = (path: string, body: object = {}) => stack.api.request('POST', path, body, user.id);
  const expectEndedOnce = async (id: string, handle: WorkflowHandle): Promise<void> => {
    expect(await handle.result()).toEqual({ state: 'unenrolled', reason: 'manual' });
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    const { row, log } = await readRecord(stack.db, id);
    expect(row).toMatchObject({ state: 'unenrolled', reason: 'manual' });
    expect(lines(log)).toEqual(['enrolled', 'email_sent one', 'unenrolled two']);
  };

  it('2.2: is harmless once its run is closed, through the API, Temporal and the outbox', async () => {
    const { id, handle } = await enroll();
    await act(`/v1/enrollments/${id}/unenroll`);
    await handle.result();
    for (const verb of ['pause', 'resume', 'unenroll', 'skip-step']) {
      expect(await act(`/v1/enrollments/${id}/${verb}`)).toMatchObject({ status: 409 });
    }
    const event = { type: 'out_of_office', contact: undefined, enrollmentId: id };
    expect((await act('/v1/events', { id: randomUUID(), ...event })).status).toBe(200);
    for (const name of updates) await expect(handle.executeUpdate(name)).rejects.toThrow();
    for (const name of signals) await expect(handle.signal(name, {})).rejects.toThrow();
    const types = ['pause', 'resume', 'unenroll', 'outOfOffice', 'versionChanged'] as const;
    await stack.db.insert(outbox).values(
      types.map((type) => ({
        accountId: stack.accountId,
        targetKind: 'enrollment' as const,
        targetId: id,
        message: { type, messageId: randomUUID() },
        nextTryAt: '2020-01-01T00:00:00.000Z',
      })),
    );
    // The sweeper delivers it to nobody, and that is the end of it.
    await eventually(
      () => stack.db.select().from(outbox),
      (words) => words.every(({ targetId }) => targetId !== id),
    );
    await expectEndedOnce(id, handle);
  });

  it('2.2: is harmless while its run is closing, however much comes at once', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { id, handle } = await enroll();
      const unenrolled = act(`/v1/enrollments/${id}/unenroll`);
      const late = await unenrolled.then(() =>
        Promise.allSettled([
          ...signals.map((name) => handle.signal(name, {})),
          ...updates.map((name) => handle.executeUpdate(name, { args: [{}] })),
          ...signals.map((name) => handle.signal(name, { messageId: randomUUID() })),
        ]),
      );
      expect(late).toHaveLength(13);
      await expectEndedOnce(id, handle);
    }
  });

  it('2.2: is harmless when many are unenrolled, paused and resumed at the same moment', async () => {
    const all = [await enroll(), await enroll(), await enroll()];
    await act(`/v1/sequences/${sequenceId}/pause`);
    const enrollmentIds = all.map(({ id }) => id);
    await Promise.all([
      act('/v1/enrollments/unenroll', { enrollmentIds }),
      act(`/v1/sequences/${sequenceId}/resume`),
    ]);
    for (const { id, handle } of all) {
      expect(await handle.result()).toEqual({ state: 'unenrolled', reason: 'manual' });
      const { log } = await readRecord(stack.db, id);
      expect(lines(log).filter((line) => line.startsWith('unenrolled'))).toHaveLength(1);
      expect(lines(log).at(-1)).toBe('unenrolled two');
    }
  });

  it('2.2: a pause of the sequence reaches the runs, and so does its end', async () => {
    const { id, handle } = await enroll();
    const isTold = (state: string) =>
      eventually(
        () => handle.query<{ state: string }>('state'),
        (status) => status.state === state,
      );
    await act(`/v1/sequences/${sequenceId}/pause`);
    await isTold('paused');
    await expect(handle.executeUpdate('resume', { args: [{}] })).rejects.toHaveProperty(
      'cause.message',
      'The enrollment cannot do that now: its sequence is paused; resume that with POST /v1/sequences/{id}/resume.',
    );
    await stack.forward([id], 24 * 10);
    expect((await readRecord(stack.db, id)).sends.has('two')).toBe(false);
    await act(`/v1/sequences/${sequenceId}/resume`);
    await isTold('active');
    await stack.forward([id], 24 * 3 + 1);
    await eventually(
      () => stack.api.enrollment(id),
      ({ state }) => state === 'finished',
    );
  });
});
