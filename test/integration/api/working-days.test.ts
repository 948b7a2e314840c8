import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type ApiAnswer, type TestApi, type TestCaller } from '../../support/api.js';
import { callStep, emailStep } from '../../support/sequences.js';

/** Thursday 10:00 in Jerusalem. */
const thursday = '2026-11-26T08:00:00.000Z';
const friday = '2026-11-27T08:00:00.000Z';
const sunday = '2026-11-29T08:00:00.000Z';
const sundayToThursday = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday'];
/** The same in the order in which a week is kept. */
const inOrder = ['monday', 'tuesday', 'wednesday', 'thursday', 'sunday'];

let api: TestApi;
let caller: TestCaller;
let user: string;
beforeAll(async () => {
  api = await startApi({ now: () => thursday });
});
afterAll(() => api.close());
beforeEach(async () => {
  caller = await api.createCaller({});
  const person = { email: 'ada@s.example', name: 'Ada', timeZone: 'Asia/Jerusalem' };
  user = (await caller.request('POST', '/v1/users', person)).id;
  await caller.request('POST', '/v1/mailboxes', {
    userId: user,
    address: 'ada@s.example',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
});

const ask = (method: string, path: string, body?: unknown): Promise<ApiAnswer> =>
  caller.request(method, path, body, {
    ...(path !== '/v1/account' && { 'cadenza-user': user }),
    ...(['PUT', 'PATCH'].includes(method) && { 'if-match': '*' }),
  });
const steps = [emailStep('one', 0), emailStep('two', 1), callStep('call', 1)];

async function made(path: string, body: unknown): Promise<string> {
  const answer = await ask('POST', path, body);
  expect([answer.status, answer.errors]).toEqual([201, []]);
  return answer.id;
}
const newSequence = (settings: object) => made('/v1/sequences', { name: 'S', steps, settings });
const newContact = () => made('/v1/contacts', { email: `${randomUUID()}@c.example` });

async function enroll(sequenceId: string, more: object = {}): Promise<string> {
  const contact = { id: await newContact() };
  return `/v1/enrollments/${await made('/v1/enrollments', { sequenceId, contact, ...more })}`;
}

/** When the second step is planned once the first is left. */
async function secondOf(path: string): Promise<unknown> {
  const skipped = await ask('POST', `${path}/skip-step`, {});
  return skipped.body['nextAction'];
}

describe('the working week', () => {
  it('SET-02: of the account is Monday to Friday, is changed by an admin, and shown in its order', async () => {
    const usual = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
    expect((await ask('GET', '/v1/account')).body).toMatchObject({ workingDays: usual });
    const changed = await ask('PATCH', '/v1/account', { workingDays: sundayToThursday });
    expect(changed.body).toMatchObject({ workingDays: inOrder, version: 2 });
    for (const workingDays of [[], ['sunday', 'sunday'], ['someday'], null, 'sunday']) {
      const refused = await ask('PATCH', '/v1/account', { workingDays });
      expect([refused.status, refused.code]).toEqual([422, 'VALIDATION_FAILED']);
      expect(refused.errors[0]?.pointer).toMatch(/^\/workingDays/);
    }
  });

  it('SET-02: of the account counts for sequences that have none, also those that run already', async () => {
    const sequenceId = await newSequence({});
    const before = await enroll(sequenceId);
    const planned = await enroll(sequenceId);
    expect(await secondOf(planned)).toMatchObject({ at: friday });
    await ask('PATCH', '/v1/account', { workingDays: sundayToThursday });
    expect(await secondOf(before)).toMatchObject({ at: sunday });
    expect((await ask('GET', planned)).body['nextAction']).toMatchObject({ at: friday });
  });

  it('SET-11: of the sequence counts before that of the account, of the enrollment before both', async () => {
    await ask('PATCH', '/v1/account', { workingDays: ['monday'] });
    const sequenceId = await newSequence({ workingDays: sundayToThursday });
    const shown = await ask('GET', `/v1/sequences/${sequenceId}`);
    expect(shown.body).toMatchObject({ settings: { workingDays: inOrder } });
    const path = await enroll(sequenceId);
    expect(await secondOf(path)).toMatchObject({ at: sunday });
    expect((await ask('GET', path)).body['explanation']).toContain('is a weekend → Sun 29 Nov');
    const own = { settings: { workingDays: ['friday', 'saturday'] } };
    expect(await secondOf(await enroll(sequenceId, own))).toMatchObject({ at: friday });
    const ofAccount = { settings: { workingDays: null } };
    const monday = { at: '2026-11-30T08:00:00.000Z' };
    expect(await secondOf(await enroll(sequenceId, ofAccount))).toMatchObject(monday);
  });

  it('2.1: previews, simulations and the impact of an edit follow it', async () => {
    const sequenceId = await newSequence({});
    await ask('PATCH', '/v1/account', { workingDays: sundayToThursday });
    const contact = { id: await newContact() };
    const preview = await ask('POST', '/v1/enrollments/preview', { sequenceId, contact });
    const dates = [{ plannedAt: thursday }, { plannedAt: sunday }, {}];
    expect(preview.body).toMatchObject({ results: [{ steps: dates }] });
    const simulated = await ask('POST', `/v1/sequences/${sequenceId}/simulate`, {});
    expect(simulated.body).toMatchObject({ steps: dates });
    const settings = { workingDays: ['friday'] };
    const draft = await ask('POST', `/v1/sequences/${sequenceId}/simulate`, { settings });
    expect(draft.body).toMatchObject({ steps: [{}, { plannedAt: friday }, {}] });
    const path = await enroll(sequenceId);
    await secondOf(path);
    const edit = { name: 'S', steps, settings };
    const impact = await ask('POST', `/v1/sequences/${sequenceId}/impact`, edit);
    expect(impact.body).toMatchObject({ enrollments: 1, earlier: 1 });
    await ask('PUT', `/v1/sequences/${sequenceId}?applyTo=active`, edit);
    expect((await ask('GET', path)).body['nextAction']).toMatchObject({ at: friday });
  });
});
