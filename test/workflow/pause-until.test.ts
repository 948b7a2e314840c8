import { randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateQuery } from '../../src/contract/messages.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

const dayMs = 86_400_000;
const later = (at: string, days: number) => new Date(Date.parse(at) + days * dayMs).toISOString();

describe('a pause with an end', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  /** Enrolled in an email and another three days later; the first is out. */
  async function enroll(): Promise<{ id: string; handle: WorkflowHandle }> {
    const steps = [emailStep('one', 0), emailStep('two', 3)];
    const sequenceId = await stack.api.sequence(user.id, { name: 'Two', steps, settings: anyTime });
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    await stack.catchUp(id);
    await eventually(
      () => stack.api.enrollment(id),
      ({ currentStep }) => currentStep?.id === 'two',
    );
    return { id, handle: client.workflow.getHandle(`enrollment/${id}`) };
  }
  const isTold = (handle: WorkflowHandle, state: string) =>
    eventually(
      () => handle.query(stateQuery),
      (status) => status.state === state,
    );
  const report = (body: object) =>
    stack.api.request('POST', '/v1/events', { id: randomUUID(), type: 'out_of_office', ...body });

  it('2.2: ends by itself, the rest of the delay runs from then, and the email goes out', async () => {
    const { id, handle } = await enroll();
    const until = later(stack.now(), 30);
    const path = `/v1/enrollments/${id}/pause`;
    const answer = await stack.api.request('POST', path, { until }, user.id);
    expect(answer).toMatchObject({
      status: 200,
      body: { state: 'paused', reason: 'manual', pausedUntil: until, nextAction: null },
    });
    await isTold(handle, 'paused');
    await stack.forward([id], 29 * 24);
    expect(await stack.api.enrollment(id)).toMatchObject({ state: 'paused' });
    await stack.forward([id], 25);
    expect(await stack.api.enrollment(id)).toMatchObject({ state: 'active', pausedUntil: null });
    expect((await readRecord(stack.db, id)).sends.has('two')).toBe(false);
    await stack.forward([id], 3 * 24);
    await eventually(
      () => readRecord(stack.db, id),
      ({ row }) => row.state === 'finished',
    );
    const { log } = await readRecord(stack.db, id);
    expect(lines(log)).toEqual([
      'enrolled',
      'email_sent one',
      'paused two',
      'resumed two',
      'email_sent two',
      'finished',
    ]);
    expect(log[3]).toMatchObject({ actor: { kind: 'system' }, cause: { kind: 'due' }, at: until });
  });

  it('is drawn out, and ends at the later time', async () => {
    const { id, handle } = await enroll();
    const path = `/v1/enrollments/${id}/pause`;
    await stack.api.request('POST', path, { until: later(stack.now(), 2) }, user.id);
    await isTold(handle, 'paused');
    const until = later(stack.now(), 10);
    await stack.api.request('POST', path, { until }, user.id);
    await eventually(
      () => handle.query(stateQuery),
      ({ pausedUntil }) => pausedUntil === until,
    );
    await stack.forward([id], 5 * 24);
    expect(await stack.api.enrollment(id)).toMatchObject({ state: 'paused', pausedUntil: until });
    await stack.forward([id], 5 * 24 + 1);
    expect(await stack.api.enrollment(id)).toMatchObject({ state: 'active' });
  });

  it('2.2 18: an automatic answer pauses until the return and is no reply', async () => {
    const { id, handle } = await enroll();
    const returnAt = later(stack.now(), 20);
    const event = { id: randomUUID(), enrollmentId: id, returnAt };
    const answer = await report(event);
    const effect = { enrollmentId: id, state: 'paused', reason: 'out_of_office', until: returnAt };
    expect(answer).toMatchObject({ status: 200, body: { effects: [effect] } });
    expect((await report(event)).body).toEqual(answer.body);
    expect(await report({ enrollmentId: id })).toMatchObject({ body: { effects: [] } });
    await isTold(handle, 'paused');
    await stack.forward([id], 20 * 24 + 1);
    expect(await stack.api.enrollment(id)).toMatchObject({ state: 'active', reason: null });
    await stack.forward([id], 3 * 24);
    await eventually(
      () => stack.api.enrollment(id),
      ({ state }) => state === 'finished',
    );
  });

  it('2.2: an automatic answer leaves a pause made by a person as it is', async () => {
    const { id, handle } = await enroll();
    await stack.api.request('POST', `/v1/enrollments/${id}/pause`, {}, user.id);
    await isTold(handle, 'paused');
    const contactId = (await stack.api.enrollment(id)).contactId;
    const answer = await report({ contact: { id: contactId }, returnAt: later(stack.now(), 1) });
    expect(answer).toMatchObject({ status: 200, body: { effects: [] } });
    await stack.forward([id], 48);
    expect(await stack.api.enrollment(id)).toMatchObject({ state: 'paused', reason: 'manual' });
  });

  it('from the Temporal UI: pause with one field, and outOfOffice with {} or one field', async () => {
    const first = await enroll();
    const until = later(stack.now(), 4);
    const receipt = await first.handle.executeUpdate('pause', { args: [{ until }] });
    expect(receipt).toMatchObject({ state: 'paused', pausedUntil: until });
    await eventually(
      () => stack.api.enrollment(first.id),
      ({ pausedUntil }) => pausedUntil === until,
    );
    for (const bad of ['tomorrow', '2020-01-01T00:00:00Z']) {
      const update = first.handle.executeUpdate('pause', { args: [{ until: bad }] });
      await expect(update).rejects.toHaveProperty(
        'cause.message',
        'The enrollment cannot do that now: "until" must be an instant ahead: write it like 2026-12-01T09:00:00Z.',
      );
    }
    await stack.forward([first.id], 4 * 24 + 1);
    expect(await stack.api.enrollment(first.id)).toMatchObject({ state: 'active' });

    const second = await enroll();
    await second.handle.signal('outOfOffice', {});
    const paused = await eventually(
      () => stack.api.enrollment(second.id),
      ({ state }) => state === 'paused',
    );
    expect(paused.reason).toBe('out_of_office');
    const returnAt = later(paused.pausedUntil ?? '', 10);
    await second.handle.signal('outOfOffice', { returnAt });
    await eventually(
      () => stack.api.enrollment(second.id),
      ({ pausedUntil }) => pausedUntil === returnAt,
    );
  });

  it('refuses an end that has passed, lies too far, or is no instant, and saves nothing', async () => {
    const { id } = await enroll();
    for (const until of ['2020-01-01T00:00:00Z', later(stack.now(), 800), 'soon']) {
      const answer = await stack.api.request(
        'POST',
        `/v1/enrollments/${id}/pause`,
        { until },
        user.id,
      );
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/until' }] } });
    }
    expect(await stack.api.enrollment(id)).toMatchObject({ state: 'active' });
  });
});
