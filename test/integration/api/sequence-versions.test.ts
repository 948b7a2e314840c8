import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { startApi, type TestApi, type TestCaller } from '../../support/api.js';

let api: TestApi;
let tick = 0;
let id: string;
let contacts = 0;

const email = { subject: 'Hello', html: '<p>Hi</p>' };
const call = { kind: 'call', title: 'Call', delayDays: 1 };
const steps = [
  { id: 'intro', kind: 'automated_email', email },
  {
    id: 'nudge',
    kind: 'automated_email',
    delayDays: 3,
    email: { html: '<p>And?</p>' },
    replyTo: 'intro',
  },
  { id: 'call', ...call },
];

const ask = (
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> | string = '*',
) =>
  api.request(method, path, body, {
    'cadenza-user': 'ada@example.com',
    ...(typeof headers === 'string' ? { 'if-match': headers } : headers),
  });
const put = (body: unknown, match?: string) => ask('PUT', `/v1/sequences/${id}`, body, match);
const patch = (body: unknown, match?: string) => ask('PATCH', `/v1/sequences/${id}`, body, match);
const read = (path = '') => api.request('GET', `/v1/sequences/${id}${path}`);

const addUser = (caller: TestCaller) =>
  caller.request('POST', '/v1/users', { email: 'ada@example.com', name: 'Ada', timeZone: 'UTC' });

beforeAll(async () => {
  api = await startApi({
    now: () => new Date(Date.UTC(2026, 10, 23) + (tick += 1000)).toISOString(),
  });
  const user = await addUser(api);
  await api.request('POST', '/v1/mailboxes', {
    userId: user.id,
    address: 'ada@example.com',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
});
beforeEach(async () => {
  const made = await ask('POST', '/v1/sequences', { name: 'S', steps });
  expect(made.headers.get('etag')).toBe('"1"');
  id = made.id;
});
afterAll(async () => {
  await api.close();
});

async function enroll() {
  contacts += 1;
  const contact = { email: `c${contacts}@example.com` };
  await api.request('POST', '/v1/contacts', contact);
  return ask('POST', '/v1/enrollments', { sequenceId: id, contact });
}

describe('PUT /v1/sequences/{id}', () => {
  it('EDT-01, EDT-07, SET-22: saves name, steps and settings as the next version', async () => {
    const body = {
      name: 'Better',
      steps: [steps[0], { id: 'call', ...call, delayDays: 2 }, { ...call, title: 'Again' }],
      settings: { unenrollCompany: true },
    };
    const answer = await put(body, '"1"');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"2"');
    expect(answer.body).toMatchObject({
      name: 'Better',
      version: 2,
      steps: [{ id: 'intro' }, { id: 'call', delayDays: 2 }, { title: 'Again' }],
      settings: { unenrollCompany: true, sendWindowStartMinute: 480 },
    });
    expect((await read()).body).toEqual(answer.body);
    expect((await read()).headers.get('etag')).toBe('"2"');
  });

  it('SET-22: new enrollments get the new version, running ones keep theirs', async () => {
    const before = await enroll();
    await put({ name: 'S', steps: [{ id: 'other', kind: 'call', title: 'Other' }] });
    const after = await enroll();
    expect([before.body['sequenceVersion'], after.body['sequenceVersion']]).toEqual([1, 2]);
    const still = await api.request('GET', `/v1/enrollments/${before.id}`);
    expect(still.body).toMatchObject({ sequenceVersion: 1, currentStep: { id: 'intro' } });
  });

  it('refuses what breaks a rule with its place, and saves nothing', async () => {
    const answer = await put({ name: ' ', steps: [...steps, { ...call, delayDays: 91 }] });
    expect(answer.status).toBe(422);
    expect(answer.pointers).toEqual(['/name', '/steps/3/delayDays']);
    expect((await read()).body).toMatchObject({ name: 'S', version: 1 });
  });

  it('SEQ-08: refuses a LinkedIn step that the account has no capability for', async () => {
    const answer = await put({ name: 'S', steps: [{ kind: 'linkedin_connect', title: 'C' }] });
    expect(answer.errors).toMatchObject([{ pointer: '/steps/0/kind', code: 'capability_off' }]);
  });

  it('makes no version of an edit that changes nothing', async () => {
    const answer = await put({ name: 'S', steps });
    expect(answer.body).toMatchObject({ version: 1 });
    expect((await put({ name: 'T', steps })).body).toMatchObject({ version: 2, name: 'T' });
  });
});

describe('If-Match', () => {
  const paths = [
    ['PUT', '', { name: 'S', steps }],
    ['PATCH', '', { name: 'T' }],
    ['PUT', '/steps/order', { stepIds: ['intro', 'call', 'nudge'] }],
    ['PATCH', '/steps/call', { title: 'T' }],
    ['DELETE', '/steps/call', {}],
    ['POST', '/versions/1/restore', {}],
  ] as const;

  test.each(paths)('%s %s asks for it, and refuses another version', async (method, path, body) => {
    const missing = await ask(method, `/v1/sequences/${id}${path}`, body, '');
    expect(missing.status).toBe(428);
    expect(missing.body).toMatchObject({ code: 'PRECONDITION_REQUIRED', currentVersion: 1 });
    for (const match of ['"2"', 'W/"1"']) {
      const other = await ask(method, `/v1/sequences/${id}${path}`, body, match);
      expect(other.status).toBe(412);
      expect(other.body).toMatchObject({ code: 'PRECONDITION_FAILED', currentVersion: 1 });
    }
    const garbage = await ask(method, `/v1/sequences/${id}${path}`, body, '1');
    expect(garbage.errors).toMatchObject([{ in: 'header', pointer: '/If-Match' }]);
    expect((await read()).body).toMatchObject({ version: 1 });
    expect((await ask(method, `/v1/sequences/${id}${path}`, body, '"7", "1"')).status).toBe(200);
  });

  it('lets one of twenty editors through who all saw the same version', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => patch({ name: `Editor ${index}` }, '"1"')),
    );
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'PRECONDITION_FAILED')).toHaveLength(19);
    expect((await read()).body).toEqual(winners[0]?.body);
  });

  it('makes twenty versions of twenty edits that take whichever is current', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => patch({ name: `Editor ${index}` })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await read()).body).toMatchObject({ version: 21 });
  });

  it('is a part of the request that an Idempotency-Key stands for; the stored answer has its ETag', async () => {
    const edit = (match: string) =>
      ask(
        'PATCH',
        `/v1/sequences/${id}`,
        { name: 'Once' },
        { 'if-match': match, 'idempotency-key': 'edit-1' },
      );
    const first = await edit('"1"');
    await patch({ name: 'Later' });
    const repeat = await edit('"1"');
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
    expect(repeat.body).toEqual(first.body);
    expect(repeat.headers.get('etag')).toBe('"2"');
    expect((await edit('"3"')).code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('PATCH /v1/sequences/{id}', () => {
  it('SEQ-18: changes the name alone, or some settings, and leaves the rest', async () => {
    await patch({ settings: { sendWindowEndMinute: 720, unenrollCompany: true } });
    const answer = await patch({ name: 'Named', settings: { sendWindowStartMinute: 600 } });
    expect(answer.body).toMatchObject({
      name: 'Named',
      version: 3,
      settings: { sendWindowStartMinute: 600, sendWindowEndMinute: 720, unenrollCompany: true },
    });
  });

  test.each([
    [{ name: '' }, '/name'],
    [{ settings: { sendWindowStartMinute: 1439 } }, '/settings/sendWindowEndMinute'],
    [{ steps: [] }, '/steps'],
    [{ settings: { colour: 1 } }, '/settings/colour'],
  ])('refuses %j at %s', async (body, pointer) => {
    expect((await patch(body)).pointers).toEqual([pointer]);
  });
});

describe('steps', () => {
  const step = (method: string, stepId: string, body: unknown = {}) =>
    ask(method, `/v1/sequences/${id}/steps/${stepId}`, body);
  const stepIds = async () => {
    const { body } = await read();
    return JSON.stringify(body['steps'], ['id']);
  };

  it('TSK-22, EDT-04, EDT-05: are edited in place', async () => {
    const task = await step('PATCH', 'call', { title: 'Ring', waitsForCompletion: false });
    expect(task.body).toMatchObject({
      version: 2,
      steps: [{}, {}, { id: 'call', title: 'Ring', delayDays: 1, waitsForCompletion: false }],
    });
    const thread = await step('PATCH', 'nudge', { replyTo: null, email: { html: '<p>B</p>' } });
    expect(thread.body).toMatchObject({
      version: 3,
      steps: [
        {},
        { threading: { kind: 'new' }, email: { subject: 'Hello', html: '<p>B</p>' } },
        {},
      ],
    });
  });

  it('answers broken rules with pointers into the patch, and 404 for a step that is not there', async () => {
    expect((await step('PATCH', 'call', { delayDays: 91 })).pointers).toEqual(['/delayDays']);
    expect((await step('PATCH', 'call', { kind: 'general' })).pointers).toEqual(['/kind']);
    expect((await step('PATCH', 'nobody', { title: 'x' })).code).toBe('NOT_FOUND');
    expect((await step('DELETE', 'nobody')).code).toBe('NOT_FOUND');
  });

  it('EDT-03, SEQ-10: are deleted, but not one that another answers', async () => {
    const answered = await step('DELETE', 'intro');
    expect(answered.status).toBe(422);
    expect(answered.errors).toMatchObject([{ in: 'path', pointer: '/stepId', code: 'answered' }]);
    expect((await step('DELETE', 'nudge')).status).toBe(200);
    expect((await step('DELETE', 'intro')).body).toMatchObject({
      version: 3,
      steps: [{ id: 'call', delayDays: 0 }],
    });
    expect((await step('DELETE', 'call')).errors).toMatchObject([{ code: 'no_steps' }]);
  });

  it('EDT-02: are moved by the list of their ids', async () => {
    const order = (list: readonly string[]) =>
      ask('PUT', `/v1/sequences/${id}/steps/order`, { stepIds: list });
    expect((await order(['call', 'intro', 'nudge'])).status).toBe(200);
    expect(await stepIds()).toBe('[{"id":"call"},{"id":"intro"},{"id":"nudge"}]');
    expect((await order(['call', 'nudge', 'intro'])).pointers).toEqual(['/stepIds/1']);
    expect((await order(['call', 'intro'])).pointers).toEqual(['/stepIds']);
  });
});

describe('versions', () => {
  it('EDT-01: are kept as they were, the newest first, by whom and when', async () => {
    const first = await read();
    await patch({ settings: { unenrollCompany: true } });
    await ask('DELETE', `/v1/sequences/${id}/steps/call`, {});
    const page = await read('/versions?limit=2');
    expect(page.body).toMatchObject({
      results: [
        { version: 3, stepCount: 2, createdById: first.body['ownerId'] },
        { version: 2, stepCount: 3 },
      ],
    });
    const rest = await read(`/versions?limit=2&after=${page.next ?? ''}`);
    expect(rest.body).toMatchObject({ results: [{ version: 1 }], paging: { next: null } });
    const old = await read('/versions/1');
    expect(old.body).toMatchObject({
      version: 1,
      createdAt: first.body['createdAt'],
      steps: first.body['steps'],
      settings: first.body['settings'],
    });
    expect((await read('/versions/4')).code).toBe('NOT_FOUND');
    expect((await read('/versions/x')).code).toBe('NOT_FOUND');
    expect((await read('/versions?after=nonsense')).code).toBe('INVALID_CURSOR');
  });

  it('EDT-01 to EDT-03: are compared with each other, and with the current one', async () => {
    await put({ name: 'S', steps: [steps[0], { id: 'new', ...call }, { id: 'call', ...call }] });
    await patch({ settings: { unenrollCompany: true } });
    const difference = {
      added: [{ stepId: 'new', position: 2 }],
      deleted: [{ stepId: 'nudge', position: 2 }],
      moved: [],
      changed: [],
    };
    expect((await read('/versions/1/difference?to=2')).body).toEqual({
      ...{ from: 1, to: 2, settings: [] },
      ...difference,
    });
    expect((await read('/versions/1/difference')).body).toEqual({
      ...{ from: 1, to: 3, settings: [{ field: 'unenrollCompany', from: false, to: true }] },
      ...difference,
    });
    expect((await read('/versions/1/difference?to=9')).errors).toMatchObject([
      { in: 'query', pointer: '/to', code: 'unknown_version' },
    ]);
    expect((await read('/versions/1/difference?to=x')).pointers).toEqual(['/to']);
  });

  it('are restored as a new version, and the name stays', async () => {
    const first = await read();
    await put({ name: 'Other', steps: [{ kind: 'call', title: 'Call' }] });
    const restored = await ask('POST', `/v1/sequences/${id}/versions/1/restore`, {}, '"2"');
    expect(restored.status).toBe(200);
    expect(restored.body).toMatchObject({
      name: 'Other',
      version: 3,
      steps: first.body['steps'],
      settings: first.body['settings'],
    });
    expect((await read('/versions/1/difference?to=3')).body).toMatchObject({
      ...{ added: [], deleted: [], moved: [], changed: [], settings: [] },
    });
    expect((await ask('POST', `/v1/sequences/${id}/versions/9/restore`, {})).status).toBe(404);
  });
});
