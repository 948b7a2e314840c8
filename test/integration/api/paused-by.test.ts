import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { anyTime, emailStep, manualStep } from '../../support/sequences.js';
import { createStepRunner, type StepRunner } from '../../support/steps.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

const monday = '2026-11-23T10:00:00.000Z';
const newYork = 'America/New_York';
const said = 'Mon 23 Nov 2026 05:00 New York';

let api: TestApi;
let cast: Cast;
let ada: TestUser;
let runner: StepRunner;
beforeAll(async () => {
  api = await startApi({ now: () => monday });
  cast = await createCast(api);
  ada = await cast.user({ name: 'Ada Lovelace', role: 'admin' });
  runner = createStepRunner(api);
});
afterAll(() => api.close());

async function sequence(steps: readonly object[]): Promise<string> {
  const body = { name: 'S', steps, settings: anyTime, sharing: { everyone: 'use' } };
  return (await made(ada.request('POST', '/v1/sequences', body))).id;
}
async function enroll(sequenceId: string): Promise<string> {
  const { id } = await made(
    cast.request('POST', '/v1/contacts', { email: `${randomUUID()}@contact.example` }),
  );
  const wanted = { sequenceId, contact: { id }, timeZone: newYork };
  return (await made(ada.request('POST', '/v1/enrollments', wanted))).id;
}
const post = (path: string, body: object = {}, by = ada): Promise<ApiAnswer> =>
  by.request('POST', path, body);
const read = async (id: string) => (await made(ada.request('GET', `/v1/enrollments/${id}`))).body;

describe('a paused enrollment', () => {
  it('5.5: says who paused it and since when, in its zone, which is named once', async () => {
    const id = await enroll(await sequence([emailStep('one', 0)]));
    const path = `/v1/enrollments/${id}`;
    const until = '2026-12-01T22:00:00.000Z';
    const paused = await made(post(`${path}/pause`));
    expect(paused.body).toMatchObject({
      pausedBy: { kind: 'user', id: ada.id, name: 'Ada Lovelace' },
      pausedSince: monday,
      explanation: `Paused by Ada Lovelace (manual) since ${said} before step 1 (automated email). 0 min of the delay are left and run on resuming.`,
    });
    await made(post(`${path}/pause`, { until }, cast.owner));
    const { explanation, pausedBy } = await read(id);
    expect(pausedBy).toEqual({ kind: 'user', id: cast.owner.id, name: 'Robin' });
    expect(explanation).toMatch(
      'Paused by Robin (manual) since Mon 23 Nov 05:00 before step 1 (automated email), until Tue 1 Dec 2026 17:00 New York.',
    );
    const listed = await ada.request('GET', '/v1/enrollments?state=paused');
    expect(listed.body['results']).toEqual([
      expect.objectContaining({ id, pausedBy, pausedSince: monday, explanation }),
    ]);
    const resumed = await made(post(`${path}/resume`));
    expect(resumed.body).toMatchObject({ pausedBy: null, pausedSince: null });
  });

  it('2.2: names nobody where it paused by itself, whoever reported why', async () => {
    const away = await enroll(await sequence([emailStep('one', 0)]));
    const event = { id: randomUUID(), type: 'out_of_office', enrollmentId: away };
    await made(post('/v1/events', event));
    const told = await read(away);
    expect(told).toMatchObject({ pausedBy: { kind: 'system', id: null, name: null } });
    expect(told['explanation']).toMatch(
      /^Paused automatically \(out_of_office\) since Mon 23 Nov 05:00 before step 1/,
    );
  });

  it('5.5: says who paused its sequence or account; refusals say so too', async () => {
    const sequenceId = await sequence([manualStep('write', 0)]);
    const id = await enroll(sequenceId);
    const input = { accountId: cast.accountId, enrollmentId: id, stepId: 'write', at: monday };
    const taskId = await runner.awaitTask(input, 'manual_email');
    await made(post(`/v1/sequences/${sequenceId}/pause`, { scope: 'all' }));
    expect(await read(id)).toMatchObject({
      reason: 'sequence_paused',
      pausedBy: { id: ada.id, name: 'Ada Lovelace' },
      pausedSince: monday,
    });
    const refused = await post(`/v1/enrollments/${id}/resume`);
    expect(refused).toMatchObject({ status: 409, code: 'INVALID_STATE' });
    expect(refused.body['detail']).toContain(`It was paused by Ada Lovelace on ${said}.`);
    await made(post(`/v1/sequences/${sequenceId}/resume`, { scope: 'all' }));
    await made(cast.request('POST', '/v1/account/pause'));
    expect(await read(id)).toMatchObject({
      reason: 'account_paused',
      pausedBy: { kind: 'api_key', id: null, name: null },
    });
    const unsent = await post(`/v1/tasks/${taskId}/send`);
    expect(unsent).toMatchObject({ status: 409, code: 'ACCOUNT_PAUSED' });
    expect(unsent.body['detail']).toContain(
      `It was paused by an API key that names no user on ${said}.`,
    );
    await made(cast.request('POST', '/v1/account/resume'));
  });
});

describe('an enrollment that is made while its sequence or account is paused', () => {
  const ahead = 'step 1 (automated email), planned for Mon 23 Nov 2026 05:00 New York: at once';
  const enrollNow = async (sequenceId: string, more: object = {}): Promise<ApiAnswer> => {
    const email = `${randomUUID()}@contact.example`;
    const { id } = await made(cast.request('POST', '/v1/contacts', { email }));
    const wanted = { sequenceId, contact: { id }, timeZone: newYork, ...more };
    return made(ada.request('POST', '/v1/enrollments', wanted));
  };

  it.each([
    ['the sequence', { scope: 'all' }],
    ['what the user enrolls in it', {}],
  ])('5.5: says that a pause of %s holds it, by whom and since when', async (_what, scope) => {
    const sequenceId = await sequence([emailStep('one', 0), emailStep('two', 0)]);
    await made(post(`/v1/sequences/${sequenceId}/pause`, scope));
    const { id, body } = await enrollNow(sequenceId);
    const explanation = `Paused by Ada Lovelace (sequence_paused) since Mon 23 Nov 05:00 before ${ahead}`;
    expect(body).toMatchObject({ state: 'active', explanation });
    expect(await read(id)).toMatchObject({ state: 'active', pausedBy: null, explanation });
    const listed = await ada.request('GET', `/v1/enrollments?sequenceId=${sequenceId}`);
    expect(listed.body['results']).toEqual([expect.objectContaining({ id, explanation })]);
    const skipped = await made(post(`/v1/enrollments/${id}/skip-step`));
    expect(skipped.body['explanation']).toMatch(
      /^Paused by Ada Lovelace \(sequence_paused\).* step 2/,
    );
    const firstStepAt = '2026-12-01T22:00:00.000Z';
    expect((await enrollNow(sequenceId, { firstStepAt })).body['explanation']).toBe(
      'Paused by Ada Lovelace (sequence_paused) since Mon 23 Nov 05:00 before step 1 (automated email), planned for Tue 1 Dec 2026 17:00 New York: at the chosen time',
    );
    await made(post(`/v1/sequences/${sequenceId}/resume`, scope));
    expect((await read(id))['explanation']).toMatch(/^Runs step 2/);
  });

  it('5.5: names the pause of the account, and not one of what another user enrolls', async () => {
    const sequenceId = await sequence([emailStep('one', 0)]);
    await made(post(`/v1/sequences/${sequenceId}/pause`, {}, cast.owner));
    const { id, body } = await enrollNow(sequenceId);
    expect(body['explanation']).toMatch(/^Runs step 1/);
    await made(cast.request('POST', '/v1/account/pause'));
    const late = await enrollNow(sequenceId);
    expect((await read(late.id))['explanation']).toBe(
      `Paused by an API key that names no user (account_paused) since Mon 23 Nov 05:00 before ${ahead}`,
    );
    expect(await read(id)).toMatchObject({ state: 'paused', reason: 'account_paused' });
    await made(cast.request('POST', '/v1/account/resume'));
  });
});

describe('an enrollment whose rules this release cannot read', () => {
  it('5.5: is shown with what can be told of them', async () => {
    const id = await enroll(await sequence([emailStep('one', 0)]));
    const stored = JSON.stringify([
      { rule: 'lunar_eclipse', at: 'soon' },
      { rule: 'deferred', at: 'soon' },
      { rule: 'at_once' },
    ]);
    await api.db.execute(sql`update enrollments set why = ${stored}::jsonb where id = ${id}`);
    expect((await read(id))['explanation']).toMatch(
      /^Runs step 1 .*: lunar eclipse; deferred; at once$/,
    );
  });
});
