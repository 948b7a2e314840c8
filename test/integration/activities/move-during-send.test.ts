import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';
import { lines, readRecord } from '../../support/records.js';
import { anyTime, emailStep } from '../../support/sequences.js';
import { accepted, createStepRunner, leasedOf } from '../../support/steps.js';
import { createWorld, type World } from '../../support/world.js';

const start = '2026-11-23T10:00:00.000Z';
const due = '2026-11-25T10:00:00.000Z';
const steps = [emailStep('one', 0), emailStep('two', 2), emailStep('three', 3)];
const withoutTwo = [emailStep('one', 0), emailStep('new', 1), emailStep('three', 3)];

let api: TestApi;
let world: World;
let now = start;
let contacts = 0;
beforeAll(async () => {
  api = await startApi({ now: () => now });
  world = await createWorld(api);
});
afterAll(() => api.close());

const ask = (method: string, path: string, body: unknown = {}) =>
  world.request(method, path, body, { 'cadenza-user': 'ada', 'if-match': '*' });

/** Somebody whose second mail is due, of a sequence of their own. */
async function dueForTwo(leaseMs?: number) {
  now = start;
  contacts += 1;
  const body = { name: 'S', steps, settings: anyTime };
  const sequenceId = (await ask('POST', '/v1/sequences', body)).id;
  const contact = { email: `during${contacts}@example.com` };
  await ask('POST', '/v1/contacts', contact);
  const { id } = await ask('POST', '/v1/enrollments', { sequenceId, contact });
  const runner = createStepRunner(api, leaseMs);
  const input = (stepId: string, at: string) => ({
    ...{ accountId: world.accountId, enrollmentId: id, stepId, at },
  });
  await runner.send(input('one', start));
  now = due;
  const move = async (list: readonly object[]): Promise<void> => {
    const path = `/v1/sequences/${sequenceId}?applyTo=active`;
    const answer = await ask('PUT', path, { name: 'S', steps: list, settings: anyTime });
    expect(answer.body).toMatchObject({ movedEnrollments: 1 });
  };
  const record = () => readRecord(api.db, id);
  const two = input('two', due);
  return { id, runner, input, two, move, record };
}

describe('an edit while an email is being sent', () => {
  it('SEQ-01: claimed, then deleted: it is sent once, and the next comes after it', async () => {
    const { id, runner, two, move, record } = await dueForTwo();
    const leased = leasedOf(await runner.reserve(two));
    await move(withoutTwo);
    expect((await record()).row).toMatchObject({ sequenceVersion: 2, stepId: 'two', nextAt: due });
    const shown = await world.request('GET', `/v1/enrollments/${id}`);
    expect(shown.body).toMatchObject({ currentStep: { id: 'two', position: 2 } });
    const { contactId } = (await record()).row;
    const list = await world.request('GET', `/v1/enrollments?contactId=${contactId}`);
    expect(list.body).toMatchObject({ results: [{ currentStep: { id: 'two' } }] });
    expect(await runner.enterData(leased)).toBe('go');
    const status = await runner.settle(leased, accepted, due);
    expect(status.step).toEqual({ id: 'new', position: 2, kind: 'automated_email' });
    expect((await record()).row).toMatchObject({ stepId: 'new', stepPosition: 2, lastDoneAt: due });
    // The same attempt again changes nothing, and no other is begun.
    await runner.settle(leased, accepted, due);
    expect(await runner.reserve(two)).toMatchObject({ kind: 'settled' });
    expect(lines((await record()).log)).toEqual([
      ...['enrolled', 'email_sent one', 'version_changed two', 'email_sent two'],
    ]);
  });

  it('claimed by a worker that died, then deleted: another attempt sends it', async () => {
    const { runner, two, move, record } = await dueForTwo(1);
    await runner.reserve(two);
    await move(withoutTwo);
    await delay(10);
    await runner.send(two);
    const { sends, row } = await record();
    expect(sends.get('two')).toMatchObject({ state: 'sent', attempts: 2 });
    expect(row.stepId).toBe('new');
  });

  it('begun, then deleted, and nobody knows: a person skips it, and it is never sent again', async () => {
    const { id, runner, two, move, record } = await dueForTwo(1);
    const leased = leasedOf(await runner.reserve(two));
    expect(await runner.enterData(leased)).toBe('go');
    await move(withoutTwo);
    await delay(10);
    // The worker died: another attempt finds the body begun.
    expect(await runner.reserve(two)).toMatchObject({
      kind: 'settled',
      status: { state: 'paused', reason: 'send_uncertain', step: { id: 'two' } },
    });
    await move([...withoutTwo, emailStep('last', 1)]);
    expect((await record()).row).toMatchObject({ sequenceVersion: 3, stepId: 'two' });
    expect((await ask('POST', `/v1/enrollments/${id}/resume`)).code).toBe('INVALID_STATE');
    await ask('POST', `/v1/enrollments/${id}/skip-step`);
    const resumed = await ask('POST', `/v1/enrollments/${id}/resume`);
    expect(resumed.body).toMatchObject({
      state: 'active',
      currentStep: { id: 'new', position: 2 },
    });
    await move(steps);
    const { row, sends } = await record();
    expect([row.stepId, sends.get('two')?.state]).toEqual(['three', 'unknown']);
    expect(await runner.reserve(two)).toMatchObject({ kind: 'settled' });
  });

  it('begun, then deleted as the last step: the enrollment finishes when the answer comes', async () => {
    const { runner, two, move, record } = await dueForTwo();
    const leased = leasedOf(await runner.reserve(two));
    await runner.enterData(leased);
    await move([emailStep('one', 0)]);
    expect((await record()).row.state).toBe('active');
    expect(await runner.settle(leased, accepted, due)).toMatchObject({ state: 'finished' });
    expect(lines((await record()).log).slice(-2)).toEqual(['email_sent two', 'finished']);
  });

  it('a late answer settles what was unknown, though its step was deleted', async () => {
    const { runner, two, move, record } = await dueForTwo(1);
    const leased = leasedOf(await runner.reserve(two));
    await runner.enterData(leased);
    await delay(10);
    await runner.reserve(two);
    await move(withoutTwo);
    expect((await record()).row).toMatchObject({ state: 'paused', stepId: 'two' });
    expect(await runner.settle(leased, accepted, due)).toMatchObject({
      state: 'active',
      step: { id: 'new' },
    });
  });

  it('claimed, and its delay made longer: it goes out all the same, once', async () => {
    const { runner, two, move, record } = await dueForTwo();
    const leased = leasedOf(await runner.reserve(two));
    await move([emailStep('one', 0), emailStep('two', 9), emailStep('three', 3)]);
    await runner.enterData(leased);
    await runner.settle(leased, accepted, due);
    expect((await record()).row).toMatchObject({ stepId: 'three', lastDoneAt: due });
  });
});

describe('an activity at a time that is no longer the step’s', () => {
  it('EDT-10: sends nothing before the new date, and says what that is', async () => {
    const { runner, two, input, move, record } = await dueForTwo();
    await move([emailStep('one', 0), emailStep('two', 9), emailStep('three', 3)]);
    const later = '2026-12-02T10:00:00.000Z';
    for (const at of [due, '2026-12-02T09:59:59.999Z']) {
      expect(await runner.reserve(input('two', at))).toMatchObject({
        kind: 'settled',
        status: { state: 'active', step: { id: 'two' }, nextAt: later },
      });
    }
    expect((await record()).sends.has('two')).toBe(false);
    expect((await runner.reserve(input('two', later))).kind).toBe('leased');
    expect(two.at).toBe(due);
  });

  it('SEQ-01: sends nothing of a deleted step', async () => {
    const { runner, two, move, record } = await dueForTwo();
    await move(withoutTwo);
    expect(await runner.reserve(two)).toMatchObject({
      kind: 'settled',
      status: { step: { id: 'new' }, nextAt: due },
    });
    expect((await record()).sends.has('two')).toBe(false);
  });
});
