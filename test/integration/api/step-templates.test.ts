import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';

let api: TestApi;
let userId: string;
let templateId: string;

const ask = (method: string, path: string, body: unknown = {}, match = '*') =>
  api.request(method, path, body, { 'cadenza-user': 'ada@example.com', 'if-match': match });
const read = (path: string) => api.request('GET', path);
const save = (steps: readonly object[]) => ask('POST', '/v1/sequences', { name: 'S', steps });
const stepsOf = ({ body }: ApiAnswer) => body['steps'];
const content = { subject: 'Hello', html: '<p>Hello</p>' };
const countTemplates = async () => (await read('/v1/templates?limit=100')).ids.length;

beforeAll(async () => {
  api = await startApi();
  const ada = { email: 'ada@example.com', name: 'Ada', timeZone: 'UTC' };
  userId = (await api.request('POST', '/v1/users', ada)).id;
  await ask('POST', '/v1/snippets', { name: 'bye', html: '<p>Bye, {{sender.name}}</p>' });
});
beforeEach(async () => {
  templateId = (await ask('POST', '/v1/templates', { name: 'T', ...content })).id;
});
afterAll(async () => {
  await api.close();
});

describe('a step with a template', () => {
  it('SEQ-11, TSK-15: takes over its content, and keeps it when the template changes', async () => {
    const made = await save([
      { id: 'one', kind: 'automated_email', templateId },
      { id: 'two', kind: 'manual_email', title: 'Write', templateId, delayDays: 1, replyTo: 'one' },
    ]);
    const email = { ...content, template: { id: templateId, version: 1 } };
    expect(stepsOf(made)).toMatchObject([{ email }, { email }]);
    await ask('PATCH', `/v1/templates/${templateId}`, { subject: 'New' });
    expect((await read(`/v1/sequences/${made.id}`)).body).toEqual(made.body);
    const used = await read(`/v1/templates/${templateId}`);
    expect(used.body).toMatchObject({ version: 2, sequenceCount: 1 });
    await ask('DELETE', `/v1/templates/${templateId}`);
    expect((await read(`/v1/sequences/${made.id}`)).body).toEqual(made.body);
  });

  it('EDT-06, TSK-22: takes its present content by PATCH of the step', async () => {
    const made = await save([{ id: 'one', kind: 'manual_email', title: 'Write', templateId }]);
    await ask('PATCH', `/v1/templates/${templateId}`, { subject: 'New' });
    const path = `/v1/sequences/${made.id}/steps/one`;
    const again = await ask('PATCH', path, { templateId }, '"1"');
    expect(again.body).toMatchObject({
      version: 2,
      steps: [{ email: { subject: 'New', template: { id: templateId, version: 2 } } }],
    });
    const own = await ask('PATCH', path, { email: { html: '<p>Own</p>' } }, '"2"');
    expect(stepsOf(own)).toMatchObject([{ email: { subject: 'New', html: '<p>Own</p>' } }]);
    expect(JSON.stringify(own.body)).not.toContain(templateId);
    expect((await read(`/v1/templates/${templateId}`)).body).toMatchObject({ sequenceCount: 0 });
    expect((await ask('PATCH', path, { email: null }, '"3"')).body).toMatchObject({ version: 4 });
  });

  it('is counted only while it stands in current versions of sequences that are not deleted', async () => {
    const { id } = await save([{ kind: 'automated_email', templateId }]);
    await save([{ kind: 'automated_email', templateId }]);
    const count = async () => (await read(`/v1/templates/${templateId}`)).body['sequenceCount'];
    expect(await count()).toBe(2);
    await ask('DELETE', `/v1/sequences/${id}`);
    expect(await count()).toBe(1);
  });

  it('is refused with what contradicts it, and when it is unknown', async () => {
    const both = await save([{ kind: 'automated_email', templateId, email: content }]);
    expect([both.status, both.pointers]).toEqual([422, ['/steps/0/templateId']]);
    const wish = { templateId, saveAsTemplate: { name: 'Again' } };
    const again = await save([{ kind: 'automated_email', ...wish }]);
    expect(again.pointers).toEqual(['/steps/0/saveAsTemplate']);
    const call = await save([{ kind: 'call', title: 'Call', templateId }]);
    expect(call.pointers).toEqual(['/steps/0/templateId']);
    const unknown = await save([{ kind: 'automated_email', templateId: userId }]);
    expect([unknown.status, unknown.pointers]).toEqual([404, ['/steps/0/templateId']]);
  });

  it('LIM-02: refuses the eleventh template, automated or manual, and saves nothing', async () => {
    const steps = (emails: number) => [
      ...Array.from({ length: emails - 1 }, () => ({ kind: 'automated_email', templateId })),
      { kind: 'manual_email', title: 'Write', templateId },
      { kind: 'manual_email', title: 'Write without one' },
    ];
    expect((await save(steps(10))).status).toBe(201);
    const total = (await read('/v1/sequences')).body['total'];
    const refused = await save(steps(11));
    expect([refused.status, refused.pointers]).toEqual([422, ['/steps/10/templateId']]);
    expect((await read('/v1/sequences')).body['total']).toBe(total);
  });
});

describe('saveAsTemplate', () => {
  it('SEQ-11: makes the template while the step is added, in a folder', async () => {
    const folder = await ask('POST', '/v1/folders', { kind: 'template', name: 'Mine' });
    const saveAsTemplate = { name: 'Kept', folderId: folder.id };
    const made = await save([
      { id: 'one', kind: 'automated_email', email: content },
      {
        ...{ id: 'two', kind: 'automated_email', delayDays: 1, replyTo: 'one' },
        email: { html: '<p class="x">Again {{snippet.bye}}</p>' },
        saveAsTemplate,
      },
    ]);
    const [template] = (await read(`/v1/templates?folderId=${folder.id}`)).ids;
    const html = '<p>Again </p><p>Bye, {{sender.name}}</p><p></p>';
    expect((await read(`/v1/templates/${template ?? ''}`)).body).toMatchObject({
      ...{ name: 'Kept', subject: 'Hello', html, ownerId: userId, version: 1, sequenceCount: 1 },
    });
    expect(stepsOf(made)).toMatchObject([
      { email: content },
      { email: { subject: 'Hello', html, template: { id: template, version: 1 } } },
    ]);
  });

  it('EDT-05: saves the changed email of a step as a new template', async () => {
    const { id } = await save([{ id: 'one', kind: 'automated_email', templateId }]);
    const path = `/v1/sequences/${id}/steps/one`;
    const email = { html: '<p>Changed</p>' };
    const changed = await ask('PATCH', path, { email, saveAsTemplate: { name: 'Changed' } });
    const made = JSON.stringify(stepsOf(changed)).match(/"template":\{"id":"([^"]+)"/)?.[1] ?? '';
    expect(made).not.toBe(templateId);
    expect((await read(`/v1/templates/${made}`)).body).toMatchObject({
      ...{ name: 'Changed', subject: 'Hello', html: '<p>Changed</p>', sequenceCount: 1 },
    });
    const original = await read(`/v1/templates/${templateId}`);
    expect(original.body).toMatchObject({ ...content, sequenceCount: 0 });
  });

  it('makes none when the rest is refused, or when there is no email', async () => {
    const before = await countTemplates();
    const saveAsTemplate = { name: 'Never' };
    const refused = await save([
      { kind: 'automated_email', email: content, saveAsTemplate },
      { kind: 'call', title: '' },
    ]);
    expect(refused.pointers).toEqual(['/steps/1/title']);
    const call = await save([{ id: 'c', kind: 'call', title: 'Call', saveAsTemplate }]);
    expect(call.pointers).toEqual(['/steps/0/saveAsTemplate']);
    const { id } = await save([{ id: 'c', kind: 'call', title: 'Call' }]);
    const step = await ask('PATCH', `/v1/sequences/${id}/steps/c`, { saveAsTemplate });
    expect([step.status, step.pointers]).toEqual([422, ['/saveAsTemplate']]);
    const nowhere = { name: 'Never', folderId: userId };
    const lost = await save([{ kind: 'automated_email', email: content, saveAsTemplate: nowhere }]);
    expect([lost.status, lost.pointers]).toEqual([404, ['/steps/0/saveAsTemplate/folderId']]);
    expect(await countTemplates()).toBe(before);
  });
});

describe('formatted texts of steps', () => {
  it('TSK-10: notes hold links, snippets and tokens, cleaned like a body', async () => {
    const notes =
      '<p class="x">See <a href="https://example.com/?q={{contact.firstName}}">this</a></p><p>{{snippet.bye}}</p>';
    const stored =
      '<p>See <a href="https://example.com/?q={{contact.firstName}}">this</a></p><p>Bye, {{sender.name}}</p>';
    const made = await save([{ id: 'c', kind: 'call', title: 'Call', notes }]);
    expect(stepsOf(made)).toMatchObject([{ notes: stored }]);
    const patched = await ask('PATCH', `/v1/sequences/${made.id}/steps/c`, { notes });
    expect(patched.body).toMatchObject({ version: 1 });
    const put = { name: 'S', steps: [{ id: 'c', kind: 'call', title: 'Call', notes }] };
    expect((await ask('PUT', `/v1/sequences/${made.id}`, put)).body).toMatchObject({ version: 1 });
    const copied = await ask('POST', `/v1/sequences/${made.id}/copy`, put);
    expect(stepsOf(copied)).toEqual(stepsOf(made));
  });

  it('are refused by every way of saving them, each where it stands, and nothing is saved', async () => {
    const { id, body } = await save([{ id: 'a', kind: 'manual_email', title: 'A' }]);
    const bad = {
      ...{ id: 'a', kind: 'manual_email', title: '{{snippet.bye}}', notes: '{{snippet.no}}' },
      email: { subject: 'S', html: '<a href="javascript:x()">x</a><p onclick="x()">y</p>' },
    };
    const draft = { name: '', steps: [bad] };
    const expected = [
      '/steps/0/email/html active_content',
      '/steps/0/email/html active_content',
      '/steps/0/notes token_unknown_snippet',
      '/name required',
      '/steps/0/title token_unknown_root',
    ];
    const codes = ({ errors }: ApiAnswer) => errors.map((each) => `${each.pointer} ${each.code}`);
    expect(codes(await ask('POST', '/v1/sequences', draft))).toEqual(expected);
    expect(codes(await ask('PUT', `/v1/sequences/${id}`, draft))).toEqual(expected);
    expect(codes(await ask('POST', `/v1/sequences/${id}/copy`, draft))).toEqual(expected);
    const { email, notes } = bad;
    const step = await ask('PATCH', `/v1/sequences/${id}/steps/a`, { email, notes });
    expect(codes(step)).toEqual([
      '/email/html active_content',
      '/email/html active_content',
      '/notes token_unknown_snippet',
    ]);
    expect((await read(`/v1/sequences/${id}`)).body).toEqual(body);
  });
});
