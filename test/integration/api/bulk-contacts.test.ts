import { request as httpRequest } from 'node:http';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { endpoints, streamEndpoints } from '../../../src/api/routes/index.js';
import { eventually } from '../../support/eventually.js';
import { send, startApi, type TestApi, type TestCaller } from '../../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api.close();
});

const path = '/v1/contacts/bulk';
const media = 'application/x-ndjson';
const resultShape = z.object({
  index: z.int(),
  status: z.enum(['created', 'updated', 'refused']),
  id: z.string().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string() })).optional(),
});
const endShape = z.object({
  totals: z.object({
    rows: z.int(),
    created: z.int(),
    updated: z.int(),
    refused: z.int(),
  }),
  complete: z.boolean(),
});

interface BulkAnswer {
  readonly status: number;
  readonly results: readonly z.output<typeof resultShape>[];
  readonly end: z.output<typeof endShape>;
}

async function post(
  body: string | readonly object[] | ReadableStream<Uint8Array>,
  caller: TestCaller = api,
): Promise<BulkAnswer> {
  const whole = typeof body === 'string' || body instanceof ReadableStream;
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${caller.key}`, 'content-type': media },
    body: whole ? body : body.map((row) => JSON.stringify(row)).join('\n'),
    duplex: 'half',
  });
  expect(response.headers.get('content-type')).toContain(media);
  const lines = (await response.text()).trimEnd().split('\n');
  const parsed = lines.map((line): unknown => JSON.parse(line));
  return {
    status: response.status,
    end: endShape.parse(parsed.at(-1)),
    results: parsed.slice(0, -1).map((line) => resultShape.parse(line)),
  };
}

const count = async (accountId: string): Promise<unknown> => {
  const { rows } = await api.db.execute(
    sql`select count(*)::int as count from contacts where account_id = ${accountId}`,
  );
  return rows[0]?.['count'];
};
const many = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    email: `person-${from + index}@bulk.example`,
    firstName: `N${from + index}`,
    properties: { row: from + index },
  }));

describe('POST /v1/contacts/bulk', () => {
  it('takes 10,000 rows in one call, and changes them in the next', async () => {
    const caller = await api.createCaller();
    const rows = many(0, 10_000);
    const made = await post(rows, caller);
    expect(made.end).toEqual({
      totals: { rows: 10_000, created: 10_000, updated: 0, refused: 0 },
      complete: true,
    });
    expect(made.results.map(({ index }) => index)).toEqual(rows.map((_, index) => index));
    expect(new Set(made.results.map(({ id }) => id)).size).toBe(10_000);
    expect(await count(caller.accountId)).toBe(10_000);
    const changed = await post(
      rows.slice(0, 1000).map(({ email }) => ({ email, lastName: 'L' })),
      caller,
    );
    expect(changed.end.totals).toEqual({ rows: 1000, created: 0, updated: 1000, refused: 0 });
    expect(changed.results.map(({ id }) => id)).toEqual(
      made.results.slice(0, 1000).map(({ id }) => id),
    );
    const read = await caller.request('GET', '/v1/contacts/person-7@bulk.example');
    expect(read.body).toMatchObject({ firstName: 'N7', lastName: 'L', properties: { row: 7 } });
  });

  it('refuses the 10,001st row clearly, takes nothing after it, and keeps what was before', async () => {
    const caller = await api.createCaller();
    const { results, end } = await post(many(0, 10_500), caller);
    expect(end).toEqual({
      totals: { rows: 10_001, created: 10_000, updated: 0, refused: 1 },
      complete: false,
    });
    expect(results.at(-1)).toMatchObject({
      index: 10_000,
      status: 'refused',
      code: 'BULK_TOO_LARGE',
    });
    expect(await count(caller.accountId)).toBe(10_000);
  });

  it('refuses a bad row with its pointers, and no other', async () => {
    const caller = await api.createCaller();
    const taken = { externalId: 'x-1', email: 'x1@bulk.example' };
    const lines = [
      JSON.stringify(taken),
      '{"email":',
      JSON.stringify({ email: 'no-address', colour: 'red', timeZone: 'Mars/Base' }),
      '',
      JSON.stringify({ firstName: 'Nobody' }),
      JSON.stringify({
        email: 'a@bulk.example',
        companyId: '0192f0c1-0000-7000-8000-000000000000',
      }),
      JSON.stringify({ externalId: 'x-2', email: 'X1@bulk.example' }),
      JSON.stringify({ email: 'nul@bulk.example', firstName: 'A\u0000' }),
      '[]',
      JSON.stringify({ email: 'long@bulk.example', lastName: 'x'.repeat(70_000) }),
      `${JSON.stringify({ email: 'good@bulk.example' })}\r`,
    ];
    const { results, end } = await post(lines.join('\n'), caller);
    expect(results.map(({ status, code }) => code ?? status)).toEqual([
      'created',
      'MALFORMED_JSON',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
      'NOT_FOUND',
      'CONFLICT',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
      'PAYLOAD_TOO_LARGE',
      'created',
    ]);
    const pointers = results.map(({ errors }) => errors?.map(({ pointer }) => pointer) ?? []);
    expect(pointers.slice(2, 7)).toEqual([
      ['/email', '/timeZone', '/colour'],
      [''],
      ['/companyId'],
      ['/email'],
      ['/firstName'],
    ]);
    expect(end).toEqual({
      totals: { rows: 10, created: 2, updated: 0, refused: 8 },
      complete: true,
    });
    expect(await count(caller.accountId)).toBe(2);
  });

  it('lets a later row about the same contact change what an earlier one made', async () => {
    const caller = await api.createCaller();
    const { results } = await post(
      [
        { email: 'Twice@bulk.example', firstName: 'One', properties: { a: 1 } },
        { email: 'twice@bulk.example', externalId: 't', firstName: null, properties: { b: 2 } },
        { externalId: 't', email: 'moved@bulk.example', lastName: 'L' },
        { email: 'twice@bulk.example', firstName: 'Another' },
      ],
      caller,
    );
    expect(results.map(({ status }) => status)).toEqual([
      'created',
      'updated',
      'updated',
      'created',
    ]);
    expect((await caller.request('GET', '/v1/contacts/t')).body).toMatchObject({
      id: results[0]?.id,
      email: 'moved@bulk.example',
      firstName: null,
      lastName: 'L',
      properties: { a: 1, b: 2 },
    });
    const other = await caller.request('GET', '/v1/contacts/twice@bulk.example');
    expect(other.body).toMatchObject({ id: results[3]?.id, firstName: 'Another' });
  });

  it('hands an address on from one contact to another within a call', async () => {
    const caller = await api.createCaller();
    await post(
      [
        { externalId: 'a', email: 'a@hand.example' },
        { externalId: 'b', email: 'b@hand.example' },
      ],
      caller,
    );
    const { end } = await post(
      [
        { externalId: 'b', email: 'c@hand.example' },
        { externalId: 'a', email: 'b@hand.example' },
        { externalId: 'n', email: 'a@hand.example' },
      ],
      caller,
    );
    expect(end.totals).toEqual({ rows: 3, created: 1, updated: 2, refused: 0 });
    const emails = await Promise.all(
      ['a', 'b', 'n'].map(async (id) => {
        const { body } = await caller.request('GET', `/v1/contacts/${id}`);
        return body['email'];
      }),
    );
    expect(emails).toEqual(['b@hand.example', 'c@hand.example', 'a@hand.example']);
  });

  it('makes no duplicates of many calls at once, in whatever order their rows stand', async () => {
    const caller = await api.createCaller();
    const rows = many(0, 450);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        post(index % 2 === 0 ? rows : [...rows].reverse(), caller),
      ),
    );
    expect(await count(caller.accountId)).toBe(450);
    const sum = (key: 'created' | 'updated' | 'refused') =>
      answers.reduce((total, { end }) => total + end.totals[key], 0);
    expect([sum('created'), sum('updated'), sum('refused')]).toEqual([450, 5 * 450, 0]);
  });

  it("does not see another account's contacts, companies and users", async () => {
    const caller = await api.createCaller();
    const company = await api.request('POST', '/v1/companies', { name: 'Mine' });
    await api.request('PUT', '/v1/contacts', { email: 'mine@bulk.example', firstName: 'Mine' });
    const { results } = await post(
      [
        { email: 'mine@bulk.example', firstName: 'Theirs' },
        { email: 'company@bulk.example', companyId: company.id },
      ],
      caller,
    );
    expect(results.map(({ status, code }) => code ?? status)).toEqual(['created', 'NOT_FOUND']);
    const mine = await api.request('GET', '/v1/contacts/mine@bulk.example');
    expect(mine.body).toMatchObject({ firstName: 'Mine' });
    const own = await post([{ email: 'own@bulk.example', companyId: company.id.toUpperCase() }]);
    expect(own.results[0]?.status).toBe('created');
  });

  it('answers the totals alone for a body without rows', async () => {
    const none = { rows: 0, created: 0, updated: 0, refused: 0 };
    expect((await post('\n \n')).end).toEqual({ totals: none, complete: true });
  });
});

describe('a streamed call', () => {
  it('answers the first rows before the last ones have come', async () => {
    const caller = await api.createCaller();
    const call = open(caller);
    call.write(many(0, 200));
    await eventually(
      () => Promise.resolve(call.lines().length),
      (length) => length === 200,
    );
    expect(await count(caller.accountId)).toBe(200);
    call.write(many(200, 210));
    call.end();
    await eventually(
      () => Promise.resolve(call.lines().length),
      (length) => length === 211,
    );
  });

  it('of a caller that goes away keeps what was committed, and not the row that was begun', async () => {
    const caller = await api.createCaller();
    const call = open(caller);
    call.write(many(0, 250));
    await eventually(
      () => Promise.resolve(call.lines().length),
      (length) => length === 200,
    );
    const from = api.logLines.length;
    call.breakOff();
    const logged = await eventually(
      () => Promise.resolve(api.logLines.slice(from).join('')),
      (lines) => lines.includes('"complete":false'),
    );
    expect(logged).not.toContain('"level":"error"');
    expect(await count(caller.accountId)).toBe(200);
    expect((await post([{ email: 'next@bulk.example' }], caller)).end.complete).toBe(true);
  });

  it('takes 50 MB and no byte more, and holds none of what is too much', async () => {
    const caller = await api.createCaller();
    const filler = Buffer.from(`${' '.repeat(60_000)}\n`);
    let left = 900;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (left === 900) controller.enqueue(Buffer.from('{"email":"first@bulk.example"}\n'));
        left -= 1;
        controller.enqueue(filler);
        if (left === 0) controller.close();
      },
    });
    const { results, end } = await post(body, caller);
    expect(results.map(({ status, code }) => code ?? status)).toEqual([
      'created',
      'PAYLOAD_TOO_LARGE',
    ]);
    expect(end.complete).toBe(false);
  });

  /** A call whose body is written bit by bit. */
  function open(caller: TestCaller) {
    let text = '';
    const call = httpRequest(`${api.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${caller.key}`, 'content-type': media },
    });
    call.on('error', () => undefined);
    call.on('response', (response) => {
      response.setEncoding('utf8');
      response.on('error', () => undefined);
      response.on('data', (piece: string) => {
        text += piece;
      });
    });
    return {
      write: (rows: readonly object[]) =>
        call.write(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
      end: () => call.end(),
      breakOff: () => call.destroy(),
      lines: () => text.split('\n').filter((line) => line !== ''),
    };
  }
});

describe('a call that is refused as a whole', () => {
  const ask = (headers: Readonly<Record<string, string>>, query = '') =>
    send(`${api.url}${path}${query}`, 'POST', '{"email":"a@b.example"}', {
      authorization: `Bearer ${api.key}`,
      'content-type': media,
      ...headers,
    });

  test.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['without a key', { authorization: '' }, 401, 'UNAUTHENTICATED'],
    ['as JSON', { 'content-type': 'application/json' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['compressed', { 'content-encoding': 'gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['for nobody', { 'cadenza-user': 'nobody' }, 422, 'ACTING_USER_UNKNOWN'],
    ['to be kept', { 'idempotency-key': 'once' }, 422, 'VALIDATION_FAILED'],
  ])('%s', async (_case, headers, status, code) => {
    const answer = await ask(headers);
    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  it('with an unknown parameter, or a key that may only read', async () => {
    expect((await ask({}, '?colour=red')).pointers).toEqual(['/colour']);
    const reader = await api.createCaller({ accountId: api.accountId, scopes: ['read'] });
    const answer = await ask({ authorization: `Bearer ${reader.key}` });
    expect(answer.body).toMatchObject({ code: 'FORBIDDEN_SCOPE', requiredScope: 'write' });
  });

  it('with a length that is too much before anything of it is read', async () => {
    const call = httpRequest(`${api.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${api.key}`,
        'content-type': media,
        'content-length': 50 * 1024 * 1024 + 1,
      },
    });
    call.on('error', () => undefined);
    const status = await new Promise((resolve) => {
      call.on('response', (response) => {
        resolve(response.statusCode);
      });
      call.flushHeaders();
    });
    call.destroy();
    expect(status).toBe(413);
  });
});

it('is no JSON endpoint, and stands under a path of its own', () => {
  const taken = endpoints.map(({ method, path: other }) => `${method} ${other}`);
  for (const stream of streamEndpoints) {
    expect(taken).not.toContain(`${stream.method} ${stream.path}`);
  }
});
