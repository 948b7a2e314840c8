import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecordingGateway, startApi, type TestApi } from '../../support/api.js';
import { anyTime, callStep, manualStep } from '../../support/sequences.js';
import { createStepRunner, type StepRunner } from '../../support/steps.js';
import { createWorld, type World } from '../../support/world.js';

const workflows = createRecordingGateway();
let api: TestApi;
let world: World;
let runner: StepRunner;
beforeAll(async () => {
  api = await startApi({ workflows });
  world = await createWorld(api);
  runner = createStepRunner(api);
});
afterAll(() => api.close());

const ask = (method: string, path: string, body?: unknown) =>
  world.request(method, path, body, { 'cadenza-user': 'ada', 'if-match': '*' });

const link = '<a href="https://{{contact.web}}/x">see</a>';
const missing = [
  { stepId: 'one', field: 'html', token: 'contact.web', needs: 'server_name' },
  { stepId: 'call', field: 'notes', token: 'contact.web', needs: 'server_name' },
];
const detail =
  'The value of contact.web does not fit its link, which needs the name of a server alone, such as www.example.com: correct it on the contact, or give the token a fallback.';

async function contactWith(web: string): Promise<string> {
  const contact = { email: `${randomUUID()}@c.example`, properties: { web } };
  return (await ask('POST', '/v1/contacts', contact)).id;
}

async function sequenceOf(steps: readonly object[]): Promise<string> {
  const made = await ask('POST', '/v1/sequences', { name: 'S', steps, settings: anyTime });
  expect([made.status, made.errors]).toEqual([201, []]);
  return made.id;
}

async function taskOf(step: object, kind: 'call' | 'manual_email', web: string) {
  const sequenceId = await sequenceOf([step]);
  const contact = { id: await contactWith('acme.example') };
  const { id: enrollmentId } = await ask('POST', '/v1/enrollments', { sequenceId, contact });
  await ask('PATCH', `/v1/contacts/${contact.id}`, { properties: { web } });
  const at = new Date().toISOString();
  const input = { accountId: world.accountId, enrollmentId, stepId: 'task', at };
  return `/v1/tasks/${await runner.awaitTask(input, kind)}`;
}

describe('a value that does not fit the link that its token stands in', () => {
  it('SEQ-27 ENR-14: is told before anything runs, wherever it is judged, and can be replaced', async () => {
    const sequenceId = await sequenceOf([
      { id: 'one', kind: 'automated_email', email: { subject: 'Hi', html: link } },
      { ...callStep('call', 1), notes: link },
    ]);
    const contact = { id: await contactWith('https://acme.example') };
    const refusal = { code: 'MISSING_TOKENS', detail, missingTokens: missing };
    const refused = await ask('POST', '/v1/enrollments', { sequenceId, contact });
    expect(refused).toMatchObject({ status: 422, body: refusal });
    const previewed = await ask('POST', '/v1/enrollments/preview', { sequenceId, contact });
    expect(previewed.body).toMatchObject({
      eligible: 0,
      results: [{ missingTokens: missing, refusal }],
    });
    const simulated = await ask('POST', `/v1/sequences/${sequenceId}/simulate`, { contact });
    expect(simulated.body).toMatchObject({ missingTokens: missing });
    const bulk = await ask('POST', '/v1/bulk-enrollments', { sequenceId, contacts: [contact] });
    const dry = await ask('POST', `/v1/bulk-enrollments/${bulk.id}/dry-run`, {});
    expect(JSON.stringify(dry.body)).toContain('"needs":"server_name"');
    const template = { name: 'T', subject: 'Hi', html: link };
    const { id } = await ask('POST', '/v1/templates', template);
    const shown = await ask('POST', `/v1/templates/${id}/preview`, { contact });
    expect(shown.body).toMatchObject({
      canBeSent: false,
      missingTokens: [{ field: 'html', token: 'contact.web', needs: 'server_name' }],
    });
    const given = { tokenValues: { 'contact.web': 'acme.example' } };
    const enrolled = await ask('POST', '/v1/enrollments', { sequenceId, contact, ...given });
    expect(enrolled.status).toBe(201);
  });

  it('SEQ-27 ERR-09: that comes later is told by the timeline, without the value', async () => {
    const sequenceId = await sequenceOf([
      { id: 'one', kind: 'automated_email', email: { subject: 'Hi', html: link } },
    ]);
    const contact = { id: await contactWith('acme.example') };
    const { id } = await ask('POST', '/v1/enrollments', { sequenceId, contact });
    await ask('PATCH', `/v1/contacts/${contact.id}`, { properties: { web: 'acme.example/de' } });
    const at = new Date().toISOString();
    const input = { accountId: world.accountId, enrollmentId: id, stepId: 'one', at };
    expect(await runner.reserve(input)).toMatchObject({ kind: 'settled' });
    const timeline = await ask('GET', `/v1/enrollments/${id}/timeline`);
    const told = JSON.stringify(timeline.body);
    expect(told).toContain('{"field":"html","token":"contact.web","needs":"server_name"}');
    expect(told).not.toContain('acme.example');
  });

  it('SEQ-27 TSK-16: is told with the draft of a task, and refused with its reason', async () => {
    const step = manualStep('task', 0, { email: { subject: 'Hi', html: link } });
    const task = await taskOf(step, 'manual_email', 'acme.example/de');
    const found = { field: 'html', token: 'contact.web', needs: 'server_name' };
    const draft = await ask('GET', `${task}/draft`);
    expect(draft.body).toMatchObject({ canBeSent: false, missingTokens: [found] });
    const sent = await ask('POST', `${task}/send`, {});
    expect(sent).toMatchObject({ status: 422, code: 'MISSING_TOKENS', body: { detail } });
  });

  it('TSK-10: is not kept in a note, nor in the notes of a task', async () => {
    const task = await taskOf(callStep('task', 0), 'call', 'https://acme.example');
    const edited = await ask('PATCH', task, { notes: link });
    const problem = (pointer: string) => ({ pointer, code: 'unfit', message: detail });
    expect(edited).toMatchObject({ status: 422, errors: [problem('/notes')] });
    const completed = await ask('POST', `${task}/complete`, { note: link });
    expect(completed).toMatchObject({ status: 422, errors: [problem('/note')] });
  });
});
