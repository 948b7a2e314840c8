import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { endpoints } from '../../../src/api/routes/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { makeReadBacks, type ReadBack } from '../../support/read-back.js';

let api: TestApi;
let all: readonly ReadBack[];

/** They take something else than what is read: an order, and nothing at all. */
const others = ['PUT /v1/sequences/{id}/steps/order', 'PUT /v1/teams/{id}/members/{userId}'];

const write = (operation: string, path: string, body: unknown) =>
  api.request(operation.split(' ')[0] ?? '', path, body, {
    'cadenza-user': 'round@sender.example',
    'if-match': '*',
  });

beforeAll(async () => {
  api = await startApi();
  all = await makeReadBacks(api);
});
afterAll(() => api.close());

describe('what is read can be written', () => {
  it('is held for everything that is written by PUT or PATCH', () => {
    const written = endpoints
      .filter(({ method }) => method === 'PUT' || method === 'PATCH')
      .map(({ method, path }) => `${method} ${path}`);
    const held = new Set([...all.map(({ operation }) => operation), ...others]);
    expect(written.filter((each) => !held.has(each))).toEqual([]);
  });

  it('changes nothing, makes no version and leaves nothing in the log', async () => {
    const failed: unknown[] = [];
    for (const { operation, variant, path, read } of all) {
      const before = await read();
      const logged = await countLog();
      const { status, errors } = await write(operation, path, before);
      const after = await read();
      const same = JSON.stringify(after) === JSON.stringify(before);
      const isLogged = (await countLog()) !== logged;
      if (status === 200 && same && !isLogged) continue;
      failed.push({
        operation,
        variant,
        status,
        errors,
        isLogged,
        ...(!same && { before, after }),
      });
    }
    expect(failed).toEqual([]);
  });
});

describe('a sequence that is read, changed and written', () => {
  it('SEQ-09: keeps threads, templates and the subjects of replies, whatever word is changed', async () => {
    const { path, body, steps } = await sequence();
    const [intro, ...others] = steps;
    const email = { subject: 'Good day', html: '<p>Hi</p>' };
    const answer = z.record(z.string(), z.unknown()).parse(others[0]?.['email']);
    const changed = { ...body, steps: [{ ...intro, email }, ...others] };
    const impact = await ask('POST', `${path}/impact`, changed);
    const fields = [{ field: 'email.subject', from: 'Hello', to: 'Good day' }];
    expect(impact.body['difference']).toMatchObject({
      ...{ name: null, added: [], deleted: [], moved: [], settings: [] },
      changed: [
        { stepId: 'intro', fields },
        { stepId: 'nudge', fields },
      ],
    });
    const put = await ask('PUT', path, changed);
    expect(put.status).toBe(200);
    expect(put.body['version']).toBe(2);
    const after = await ask('GET', path);
    expect(after.body['steps']).toEqual([
      { ...intro, email },
      { ...others[0], email: { ...answer, subject: 'Good day' } },
      others[1],
    ]);
  });

  it('SEQ-09: keeps a thread that is left out, and shows before it is saved that one is given up', async () => {
    const { path, body, steps } = await sequence();
    const differenceWith = async (threading: unknown) => {
      const changed = steps.map((step) => (step['id'] === 'nudge' ? { ...step, threading } : step));
      const draft = { ...body, steps: changed, name: 'Other' };
      return (await ask('POST', `${path}/impact`, draft)).body['difference'];
    };
    const name = { from: 'Read', to: 'Other' };
    expect(await differenceWith(undefined)).toMatchObject({ name, changed: [] });
    expect(await differenceWith({ kind: 'new' })).toMatchObject({
      name,
      changed: [
        {
          stepId: 'nudge',
          fields: [{ field: 'threading.toStepId', from: 'intro', to: null }],
        },
      ],
    });
  });

  it('SEQ-09: takes a thread in one of two forms, and says where they differ', async () => {
    const { path, steps } = await sequence();
    const nudge = `${path}/steps/nudge`;
    const opened = await ask('PATCH', nudge, { threading: { kind: 'new' } });
    expect(opened.body).toMatchObject({ steps: [{}, { threading: { kind: 'new' } }, {}] });
    const threading = { kind: 'reply', toStepId: 'intro' };
    const answered = await ask('PATCH', nudge, { threading, replyTo: 'intro' });
    expect(answered.body).toMatchObject({ steps: [{}, { threading }, {}] });
    const both = await ask('PATCH', nudge, { threading, replyTo: null });
    expect(both.errors).toMatchObject([{ pointer: '/replyTo', code: 'one_of' }]);
    const nowhere = {
      ...steps[1],
      id: 'x',
      delayDays: 0,
      threading: { kind: 'reply', toStepId: 'gone' },
    };
    const refused = await ask('POST', '/v1/sequences', { name: 'N', steps: [nowhere] });
    expect(refused.errors).toMatchObject([
      { pointer: '/steps/0/threading/toStepId', code: 'unknown_step' },
    ]);
  });

  it('comes back as it was, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(randomSequence, async (drawn) => {
        const made = await ask('POST', '/v1/sequences', drawn);
        expect(made.status).toBe(201);
        const path = `/v1/sequences/${made.id}`;
        const { body } = await ask('GET', path);
        expect((await ask('PUT', path, body)).body).toEqual(body);
        expect((await ask('PATCH', path, body)).body).toEqual(body);
      }),
      { numRuns: 30 },
    );
  });
});

describe('read-only fields', () => {
  it('are refused when they say something else, whatever else is asked for', async () => {
    const { path, body } = await sequence();
    const other = { ...body, name: 'Renamed', ownerId: 'somebody', createdAt: 'yesterday' };
    for (const method of ['PUT', 'PATCH']) {
      const refused = await ask(method, path, other);
      expect(refused.status).toBe(422);
      expect(refused.errors).toMatchObject([
        { pointer: '/ownerId', code: 'read_only' },
        { pointer: '/createdAt', code: 'read_only' },
      ]);
    }
    expect((await ask('GET', path)).body).toEqual(body);
  });

  it('are described', async () => {
    const { body } = await api.request('GET', '/openapi.json');
    expect(body).toMatchObject({
      components: {
        schemas: {
          ContactPatch: { properties: { enrollment: { readOnly: true }, id: { readOnly: true } } },
          SequenceInput: { properties: { ownerId: { readOnly: true } } },
          StepPatch: { properties: { kind: { readOnly: true } } },
        },
      },
    });
  });

  it('of a mailbox: its server keeps the password as it was read, and no other server gets it', async () => {
    const smtp = { host: 'mail.example.com', port: 587, security: 'starttls' };
    const login = { username: 'ada', password: 'secret' };
    const address = 'kept@x.example';
    const made = await ask('POST', '/v1/mailboxes', { address, smtp: { ...smtp, ...login } });
    const named = { ...made.body, displayName: 'Ada' };
    const put = await ask('PUT', '/v1/mailboxes', named);
    expect(put.body).toMatchObject({ displayName: 'Ada', smtp: { passwordState: 'kept' } });
    const read = { ...smtp, username: 'ada', passwordState: 'kept' };
    for (const other of [{ host: 'evil.example.com' }, { port: 465 }, { username: 'bo' }]) {
      const body = { ...made.body, smtp: { ...read, ...other } };
      const refused = await ask('PUT', '/v1/mailboxes', body);
      expect(refused.errors).toMatchObject([{ pointer: '/smtp', code: 'incomplete' }]);
    }
    const moved = { ...read, host: 'new.example.com', password: 'other' };
    const given = await ask('PUT', '/v1/mailboxes', { address, smtp: moved });
    expect(given.body).toMatchObject({ smtp: { host: 'new.example.com', passwordState: 'kept' } });
  });
});

const ask = (method: string, path: string, body?: unknown) => write(method, path, body);

interface Read {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly steps: readonly Readonly<Record<string, unknown>>[];
}

/** An email, an answer to it from a template, and a call. */
async function sequence(): Promise<Read> {
  const html = '<p>And?</p>';
  const template = await ask('POST', '/v1/templates', { name: 'T', subject: 'S', html });
  const made = await ask('POST', '/v1/sequences', {
    name: 'Read',
    steps: [
      { id: 'intro', kind: 'automated_email', email: { subject: 'Hello', html: '<p>Hi</p>' } },
      {
        ...{ id: 'nudge', kind: 'automated_email', delayDays: 1, replyTo: 'intro' },
        templateId: template.id,
      },
      { id: 'call', kind: 'call', title: 'Call' },
    ],
  });
  const path = `/v1/sequences/${made.id}`;
  const { body } = await ask('GET', path);
  const steps = z.array(z.record(z.string(), z.unknown())).parse(body['steps']);
  return { path, body, steps };
}

const email = fc.record({
  subject: fc.constantFrom('Hello', 'About {{company.name|you}}', 'Grüße <3'),
  html: fc.constantFrom('<p>Hi</p>', 'plain & short', '<table><tr><td>1</td></tr></table>'),
});
const randomStep = fc.oneof(
  fc.record({ kind: fc.constant('automated_email'), email, replies: fc.nat(8) }),
  fc.record(
    {
      kind: fc.constant('manual_email'),
      title: fc.constant('Write'),
      email,
      replies: fc.nat(8),
      waitsForCompletion: fc.boolean(),
    },
    { requiredKeys: ['kind', 'title', 'replies'] },
  ),
  fc.record(
    {
      kind: fc.constantFrom('call', 'general'),
      title: fc.constantFrom('Call', ' Call {{contact.firstName|them}} '),
      notes: fc.constantFrom('', '<p>N</p>'),
      priority: fc.constantFrom('none', 'high'),
    },
    { requiredKeys: ['kind', 'title'] },
  ),
);

/** Steps of every kind, emails that open threads, and answer earlier emails with or without a subject. */
const randomSequence = fc
  .record({
    name: fc.constantFrom('Outbound', ' Outbound '),
    drawn: fc.array(fc.tuple(randomStep, fc.nat(90)), { minLength: 1, maxLength: 8 }),
    settings: fc.record(
      {
        sendTime: fc.constantFrom('same_time', 'from_opens'),
        taskReminderMinute: fc.constantFrom(null, 480),
        eligibleFollowUpDays: fc.constantFrom('EVERYDAY', 'BUSINESS_DAYS'),
        unenrollCompany: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ name, drawn, settings }) => {
    const steps = drawn.map(([step, delayDays], index) => {
      const { replies = 8, ...rest } = { replies: undefined, ...step };
      const answered = drawn[replies]?.[0];
      const isReply = replies < index && answered !== undefined && 'email' in answered;
      return {
        ...{ ...rest, id: `s-${index}`, delayDays: index === 0 ? 0 : delayDays },
        ...(isReply && { replyTo: `s-${replies}` }),
      };
    });
    return { name, steps, settings };
  });

async function countLog(): Promise<number> {
  const { rows } = await api.db.execute('select count(*)::int as count from log');
  return Number(rows[0]?.['count']);
}
