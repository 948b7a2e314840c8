import { z } from 'zod';
import { newId } from '../../src/db/new-id.js';
import { insertTask } from '../../src/db/queries/tasks.js';
import type { ApiAnswer, TestApi } from './api.js';
import { made } from './team.js';

/** A thing that can be read and written, as it was made for a test. */
export interface ReadBack {
  /** What is written: `PATCH /v1/contacts/{id}`. */
  readonly operation: string;
  readonly variant: string;
  /** The path that is written to. */
  readonly path: string;
  /** What a reader gets of it. */
  readonly read: () => Promise<Readonly<Record<string, unknown>>>;
}

type Body = Readonly<Record<string, unknown>>;

/** One or more things of every kind that is written by PUT or PATCH: with all that it can have, and with the least. */
export async function makeReadBacks(api: TestApi): Promise<readonly ReadBack[]> {
  const world = await makeWorld(api);
  const parts = [people, contacts, texts, sequences, batches, tasks];
  const found: ReadBack[] = [];
  for (const part of parts) found.push(...(await part(world)));
  return found;
}

interface World {
  readonly api: TestApi;
  readonly user: Body & { readonly id: string };
  readonly post: (path: string, body: unknown) => Promise<ApiAnswer>;
  readonly get: (path: string) => Promise<Body>;
  /** Things that have a path of their own. */
  readonly own: (place: Place, variants: readonly Variant[]) => Promise<readonly ReadBack[]>;
}

interface Place {
  /** `/v1/contacts`. */
  readonly root: string;
  readonly operations: readonly string[];
  /** Whether a single one cannot be read, and is found in the list. */
  readonly listed?: true;
}

type Variant = readonly [variant: string, body: object];

async function makeWorld(api: TestApi): Promise<World> {
  const email = 'round@sender.example';
  const user = await made(
    api.request('POST', '/v1/users', { email, name: 'Ada', timeZone: 'UTC', role: 'admin' }),
  );
  const headers = { 'cadenza-user': email };
  const get = async (path: string) =>
    (await made(api.request('GET', path, undefined, headers))).body;
  const post = (path: string, body: unknown) => made(api.request('POST', path, body, headers));
  const own: World['own'] = async ({ root, operations, listed }, variants) => {
    const all: ReadBack[] = [];
    for (const [variant, body] of variants) {
      const { id } = await post(root, body);
      const read = async (): Promise<Body> => {
        if (!listed) return get(`${root}/${id}`);
        const { results } = await get(root);
        return list(results).find((each) => each['id'] === id) ?? {};
      };
      for (const operation of operations) {
        const [, form = ''] = operation.split(' ');
        all.push({ operation, variant, path: form.replace('{id}', id), read });
      }
    }
    return all;
  };
  return { api, user: { ...user.body, id: user.id }, get, post, own };
}

function list(value: unknown): readonly Body[] {
  return z.array(z.record(z.string(), z.unknown())).catch([]).parse(value);
}

async function people({ user, get, own }: World): Promise<readonly ReadBack[]> {
  const smtp = { host: 'mail.example.com', port: 587, security: 'starttls' };
  const login = { username: 'ada', password: 'secret' };
  const account = { operation: 'PATCH /v1/account', variant: 'whole', path: '/v1/account' };
  return [
    { ...account, read: () => get('/v1/account') },
    ...(await own({ root: '/v1/users', operations: ['PATCH /v1/users/{id}', 'PUT /v1/users'] }, [
      [
        'full',
        { email: 'f@x.example', name: 'F', timeZone: 'UTC', externalId: 'f', role: 'admin' },
      ],
      ['sparse', { email: 's@x.example', name: 'S', timeZone: 'Asia/Tokyo', permissions: [] }],
    ])),
    ...(await own(
      {
        root: '/v1/teams',
        operations: ['PATCH /v1/teams/{id}', 'PUT /v1/teams', 'PUT /v1/teams/{id}/members'],
      },
      [
        ['full', { name: 'Sales', memberIds: [user.id] }],
        ['sparse', { name: 'Nobody' }],
      ],
    )),
    ...(await own(
      { root: '/v1/mailboxes', operations: ['PATCH /v1/mailboxes/{id}', 'PUT /v1/mailboxes'] },
      [
        ['full', { address: 'b@x.example', displayName: 'B', smtp: { ...smtp, ...login } }],
        ['sparse', { address: 'c@x.example', smtp }],
      ],
    )),
  ];
}

async function contacts({ user, post, own }: World): Promise<readonly ReadBack[]> {
  const company = await post('/v1/companies', { name: 'Acme', externalId: 'acme' });
  return [
    ...(await own(
      { root: '/v1/contacts', operations: ['PATCH /v1/contacts/{id}', 'PUT /v1/contacts'] },
      [
        [
          'full',
          {
            ...{ email: 'full@x.example', externalId: 'c-1', firstName: 'Ada', lastName: 'L' },
            ...{ timeZone: 'Europe/Berlin', companyId: company.id, ownerId: user.id },
            properties: { plan: 'Gold', seats: 4, renews: true },
          },
        ],
        ['sparse', { email: 'sparse@x.example' }],
      ],
    )),
    ...(await own(
      { root: '/v1/companies', operations: ['PATCH /v1/companies/{id}', 'PUT /v1/companies'] },
      [
        [
          'full',
          { name: 'Full', externalId: 'full', domain: 'full.example', properties: { a: 1 } },
        ],
      ],
    )),
    ...(await own({ root: '/v1/companies', operations: ['PATCH /v1/companies/{id}'] }, [
      ['sparse', { name: 'Sparse' }],
    ])),
    ...(await own({ root: '/v1/properties', operations: ['PATCH /v1/properties/{id}'] }, [
      [
        'enumeration',
        {
          object: 'contact',
          name: 'plan',
          label: 'Plan',
          type: 'enumeration',
          options: ['Gold', 'Tin'],
        },
      ],
      ['text', { object: 'contact', name: 'note', label: 'Note', type: 'text' }],
    ])),
    ...(await own({ root: '/v1/lists', operations: ['PATCH /v1/lists/{id}'] }, [
      [
        'active',
        { kind: 'active', name: 'A', filter: { field: 'contact.email', operator: 'known' } },
      ],
      ['static', { kind: 'static', name: 'S', ownerId: null }],
    ])),
  ];
}

async function texts({ post, own }: World): Promise<readonly ReadBack[]> {
  const folder = await post('/v1/folders', { kind: 'template', name: 'Kept' });
  return [
    ...(await own({ root: '/v1/folders', operations: ['PATCH /v1/folders/{id}'], listed: true }, [
      ['any', { kind: 'sequence', name: 'Folder' }],
    ])),
    ...(await own({ root: '/v1/templates', operations: ['PATCH /v1/templates/{id}'] }, [
      ['full', { name: 'T', subject: 'S', html: '<p>Hi</p>', folderId: folder.id }],
      ['sparse', { name: 'U', subject: 'S', html: '<p>Hi</p>' }],
    ])),
    ...(await own({ root: '/v1/snippets', operations: ['PATCH /v1/snippets/{id}'] }, [
      ['any', { name: 'bye', html: '<p>Bye, {{sender.name}}</p>' }],
    ])),
    ...(await own({ root: '/v1/task-queues', operations: ['PATCH /v1/task-queues/{id}'] }, [
      ['any', { name: 'Calls' }],
    ])),
    ...(await own(
      { root: '/v1/holiday-calendars', operations: ['PATCH /v1/holiday-calendars/{id}'] },
      [
        ['own dates', { name: 'Ours', dates: [{ date: '2026-12-24', name: 'Eve' }] }],
        ['of a country', { country: 'US', region: 'CA' }],
      ],
    )),
  ];
}

const email = { subject: 'Hello', html: '<p>Hi {{contact.firstName|there}}</p>' };

async function sequences({ post, get, own }: World): Promise<readonly ReadBack[]> {
  const template = await post('/v1/templates', { name: 'Taken', ...email });
  const queue = await post('/v1/task-queues', { name: 'Queue' });
  const calendar = await post('/v1/holiday-calendars', { country: 'DE' });
  const full = {
    name: 'Everything',
    steps: [
      { id: 'intro', kind: 'automated_email', templateId: template.id },
      {
        id: 'nudge',
        kind: 'automated_email',
        delayDays: 2,
        replyTo: 'intro',
        email: { html: '<p>And?</p>' },
      },
      {
        id: 'own',
        kind: 'automated_email',
        delayDays: 2,
        replyTo: 'intro',
        email: { ...email, subject: 'Other' },
      },
      {
        id: 'call',
        kind: 'call',
        delayDays: 1,
        title: 'Call',
        notes: '<p>N</p>',
        priority: 'high',
        queueId: queue.id,
      },
      {
        id: 'write',
        kind: 'manual_email',
        title: 'Write',
        replyTo: 'nudge',
        waitsForCompletion: false,
      },
      { id: 'draft', kind: 'manual_email', title: 'Write', email },
    ],
    settings: {
      holidayCalendarIds: [calendar.id],
      taskReminderMinute: 480,
      sendTime: 'from_opens',
    },
    sharing: { users: [], everyone: 'use' },
  };
  const plain = { name: 'Plain', steps: [{ kind: 'general', title: 'T' }] };
  const whole = await own(
    { root: '/v1/sequences', operations: ['PUT /v1/sequences/{id}', 'PATCH /v1/sequences/{id}'] },
    [
      ['full', full],
      ['sparse', plain],
    ],
  );
  const { id } = await post('/v1/sequences', full);
  const path = `/v1/sequences/${id}`;
  const steps = full.steps.map((step, index): ReadBack => {
    return {
      operation: 'PATCH /v1/sequences/{id}/steps/{stepId}',
      variant: step.id,
      path: `${path}/steps/${step.id}`,
      read: async () => list((await get(path))['steps'])[index] ?? {},
    };
  });
  const sharing = { operation: 'PUT /v1/sequences/{id}/sharing', path: `${path}/sharing` };
  return [...whole, ...steps, { ...sharing, variant: 'any', read: () => get(`${path}/sharing`) }];
}

async function batches({ post, get, own, user }: World): Promise<readonly ReadBack[]> {
  const steps = [{ id: 'call', kind: 'call', title: 'Call' }];
  const sequence = await post('/v1/sequences', { name: 'For batches', steps });
  const choices = {
    settings: { sendTime: 'from_opens' },
    startStepId: 'call',
    firstStepAt: new Date(Date.now() + 864e5).toISOString(),
  };
  const contact = {
    email: 'full@x.example',
    overrides: { tokenValues: { 'contact.plan': 'Tin' } },
  };
  const full = {
    ...{ sequenceId: sequence.id, defaults: choices, contacts: [contact], onLimit: 'refuse' },
    ...{ source: { kind: 'deal', id: 'd-1' }, taskAssignee: { id: user.id } },
  };
  const all = await own(
    { root: '/v1/bulk-enrollments', operations: ['PATCH /v1/bulk-enrollments/{id}'] },
    [
      ['full', full],
      ['sparse', { sequenceId: sequence.id, contacts: [{ email: 'sparse@x.example' }] }],
    ],
  );
  const items: ReadBack[] = [];
  for (const { path, variant } of all) {
    const item = async (): Promise<Body> => list((await get(`${path}/items`))['results'])[0] ?? {};
    items.push({
      operation: 'PATCH /v1/bulk-enrollments/{id}/items/{itemId}',
      variant,
      path: `${path}/items/${String((await item())['id'])}`,
      read: item,
    });
  }
  return [...all, ...items];
}

async function tasks({ api, post, get, user }: World): Promise<readonly ReadBack[]> {
  const steps = [{ id: 'call', kind: 'call', title: 'Call' }];
  const sequence = await post('/v1/sequences', { name: 'For a task', steps });
  const contact = { email: 'sparse@x.example' };
  const enrollment = await post('/v1/enrollments', { sequenceId: sequence.id, contact });
  const at = new Date().toISOString();
  const id = newId(at);
  const { accountId } = api;
  await api.db.transaction((tx) =>
    insertTask(tx, {
      ...{ accountId, id, enrollmentId: enrollment.id, stepId: 'call', assigneeId: user.id },
      contactId: String(enrollment.body['contactId']),
      ...{ kind: 'call', title: 'Call', notes: '<p>N</p>', priority: 'low' },
      ...{ waitsForCompletion: true, createdAt: at, dueAt: at },
    }),
  );
  const path = `/v1/tasks/${id}`;
  return [{ operation: 'PATCH /v1/tasks/{id}', variant: 'any', path, read: () => get(path) }];
}
