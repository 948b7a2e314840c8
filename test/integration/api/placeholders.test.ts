import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi, type TestCaller } from '../../support/api.js';
import { callStep } from '../../support/sequences.js';
import { createStepRunner, leasedOf, type StepRunner } from '../../support/steps.js';

const now = '2026-11-23T10:00:00.000Z';

let api: TestApi;
let runner: StepRunner;
let caller: TestCaller;
let user: string;
let sequenceId: string;
beforeAll(async () => {
  api = await startApi({ now: () => now });
  runner = createStepRunner(api);
});
afterAll(() => api.close());

const ask = (method: string, path: string, body?: unknown) =>
  caller.request(method, path, body, {
    ...(user !== '' && { 'cadenza-user': user }),
    ...(method === 'PATCH' && { 'if-match': '*' }),
  });
async function made(path: string, body: unknown): Promise<string> {
  const answer = await ask('POST', path, body);
  expect([answer.status, answer.errors]).toEqual([201, []]);
  return answer.id;
}
const switchOn = async (on = true) => {
  user = '';
  expect((await ask('PATCH', '/v1/account', { placeholdersAreValues: on })).status).toBe(200);
  user = ada;
};
let ada = '';

beforeEach(async () => {
  caller = await api.createCaller({});
  user = '';
  const person = { email: 'ada@s.example', name: 'Ada', timeZone: 'UTC' };
  ada = await made('/v1/users', person);
  await made('/v1/mailboxes', {
    userId: ada,
    address: 'ada@s.example',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
  user = ada;
  const greeting = { subject: 'Dear {{contact.lastName}}', html: '<p>{{contact.lastName}}</p>' };
  const steps = [
    { id: 'one', kind: 'automated_email', email: greeting },
    { ...callStep('call', 1), title: 'Call {{contact.lastName}}' },
  ];
  sequenceId = await made('/v1/sequences', { name: 'S', steps });
});

const christopher = async () => ({
  id: await made('/v1/contacts', { email: `${randomUUID()}@c.example`, lastName: 'NULL' }),
});
const enroll = async (contact: object, more: object = {}) =>
  ask('POST', '/v1/enrollments', { sequenceId, contact, ...more });

const missing = [
  { stepId: 'one', field: 'subject', token: 'contact.lastName', placeholder: 'NULL' },
  { stepId: 'one', field: 'html', token: 'contact.lastName', placeholder: 'NULL' },
  { stepId: 'call', field: 'title', token: 'contact.lastName', placeholder: 'NULL' },
];
const detail =
  'No value for contact.lastName ("NULL" counts as missing): fill them in on the contact, or give the tokens a fallback. Where such a text is what it says, switch placeholdersAreValues of the account on.';

describe('a contact who is called Null', () => {
  it('ERR-09 ENR-14: is refused with what counts as missing, wherever it is judged', async () => {
    const contact = await christopher();
    const refused = await enroll(contact);
    expect(refused).toMatchObject({ status: 422, code: 'MISSING_TOKENS' });
    expect(refused.body).toMatchObject({ detail, missingTokens: missing });
    const preview = await ask('POST', '/v1/enrollments/preview', { sequenceId, contact });
    const refusal = { detail, missingTokens: missing };
    expect(preview.body).toMatchObject({ results: [{ missingTokens: missing, refusal }] });
    const simulated = await ask('POST', `/v1/sequences/${sequenceId}/simulate`, { contact });
    expect(simulated.body).toMatchObject({ missingTokens: missing });
    const template = { name: 'T', subject: 'Hi', html: '<p>{{contact.lastName}}</p>' };
    const path = `/v1/templates/${await made('/v1/templates', template)}/preview`;
    expect((await ask('POST', path, { contact })).body).toMatchObject({
      canBeSent: false,
      missingTokens: [{ field: 'html', token: 'contact.lastName', placeholder: 'NULL' }],
    });
    const typed = await enroll(contact, { tokenValues: { 'contact.lastName': 'N/A' } });
    expect(typed.errors[0]).toMatchObject({
      pointer: '/tokenValues/contact.lastName',
      code: 'required',
      message: '"N/A" counts as missing, unless placeholdersAreValues of the account is on.',
    });
  });

  it('ERR-09: who has no name at all is told so as before', async () => {
    const contact = { id: await made('/v1/contacts', { email: 'nameless@c.example' }) };
    const { body } = await enroll(contact);
    expect(body['detail']).toBe(
      'No value for contact.lastName: fill them in on the contact, or give the tokens a fallback.',
    );
  });

  it('SEQ-27: gets that name where the account says that it is one, wherever it is judged', async () => {
    await switchOn();
    const contact = await christopher();
    const preview = await ask('POST', '/v1/enrollments/preview', { sequenceId, contact });
    expect(preview.body).toMatchObject({ eligible: 1, results: [{ missingTokens: [] }] });
    const simulated = await ask('POST', `/v1/sequences/${sequenceId}/simulate`, { contact });
    expect(simulated.body).toMatchObject({ missingTokens: [] });
    const template = { name: 'T', subject: 'Hi', html: '<p>{{contact.lastName}}</p>' };
    const path = `/v1/templates/${await made('/v1/templates', template)}/preview`;
    const shown = { canBeSent: true, html: '<p>NULL</p>' };
    expect((await ask('POST', path, { contact })).body).toMatchObject(shown);
    const { id: enrollmentId } = await enroll(contact, { tokenValues: { 'contact.x': 'N/A' } });
    const { accountId } = caller;
    const step = { accountId, enrollmentId, stepId: 'one', at: now };
    expect(leasedOf(await runner.reserve(step)).subject).toBe('Dear NULL');
  });

  it('ERR-09: is not written to once the account has switched that off again', async () => {
    await switchOn();
    const { id: enrollmentId } = await enroll(await christopher());
    await switchOn(false);
    const { accountId } = caller;
    const reserved = await runner.reserve({ accountId, enrollmentId, stepId: 'one', at: now });
    expect(reserved).toMatchObject({ kind: 'settled' });
    const enrollment = await ask('GET', `/v1/enrollments/${enrollmentId}`);
    expect(enrollment.body).toMatchObject({ state: 'errored', reason: 'missing_token' });
    const timeline = await ask('GET', `/v1/enrollments/${enrollmentId}/timeline`);
    expect(JSON.stringify(timeline.body)).not.toContain('NULL');
  });

  it('ERR-09: a blank, and what holds a token itself, are no values even then', async () => {
    await switchOn();
    for (const value of [' ', '{{x}}']) {
      const { id } = await christopher();
      const typed = await enroll({ id }, { tokenValues: { 'contact.lastName': value } });
      expect(typed.errors[0]).toMatchObject({ code: 'required', message: 'Must not be blank.' });
    }
  });
});
