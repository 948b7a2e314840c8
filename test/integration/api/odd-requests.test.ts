import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { cutPage, readCursor, type ListIdentity } from '../../../src/api/http/cursor.js';
import { send, startApi, type TestApi } from '../../support/api.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
});
afterAll(async () => {
  await api.close();
});

const whole = Buffer.from(JSON.stringify({ email: 'ada@example.com' }).padEnd(4000));

describe('a body that is encoded', () => {
  const post = async (encoding: string, body: Buffer) => {
    const response = await fetch(`${api.url}/v1/contacts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${api.key}`,
        'content-type': 'application/json',
        'content-encoding': encoding,
      },
      body: new Uint8Array(body),
    });
    const { code } = z.looseObject({ code: z.string().optional() }).parse(await response.json());
    return [response.status, code];
  };
  const encoders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

  it('that is no UTF-8 is refused, plain or encoded, and nothing of it is kept', async () => {
    const latin = Buffer.from(
      JSON.stringify({ email: 'jose@bytes.example', firstName: 'José' }),
      'latin1',
    );
    for (const [encoding, body] of [
      ['identity', latin],
      ['gzip', gzipSync(latin)],
    ] as const) {
      expect(await post(encoding, body)).toEqual([400, 'MALFORMED_JSON']);
    }
    const found = await world.request('GET', '/v1/contacts?email=jose@bytes.example');
    expect(found.body['results']).toEqual([]);
  });

  test.each(Object.entries(encoders))(
    '%s is decoded, and refused when it is broken',
    async (encoding, encode) => {
      const good = encode(whole);
      const flipped = Buffer.from(
        good.map((byte, index) => (index > 8 && index < 14 ? byte ^ 0xff : byte)),
      );
      for (const broken of [
        flipped,
        good.subarray(0, good.length - 6),
        Buffer.from('nonsense'),
        Buffer.from([0]),
      ]) {
        expect(await post(encoding, broken)).toEqual([400, 'MALFORMED_JSON']);
      }
      expect(await post(encoding, encode(Buffer.alloc(2 * 1024 * 1024, ' ')))).toEqual([
        413,
        'PAYLOAD_TOO_LARGE',
      ]);
      expect((await post(encoding, good))[0]).not.toBe(400);
    },
  );

  it('in an unknown way is refused', async () => {
    expect(await post('zstd-x', whole)).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });
});

describe('a forged cursor', () => {
  const identity: ListIdentity = { accountId: 'a', list: 'l', query: {} };
  const shape = z.strictObject({ at: z.string() });
  const forged = (at: string) => {
    const { paging } = cutPage([1, 2], 1, identity, () => ({ at }));
    return paging.next?.after;
  };

  test.each([
    'x',
    '',
    '0000-01-01T00:00:00.000Z',
    '9999-12-31T00:00:00.000Z',
    '1e3',
    '9999999999',
    "'",
  ])('with %j is refused, though its tag is right', (at) => {
    expect(() => readCursor(shape, identity, forged(at))).toThrow('INVALID_CURSOR');
  });

  test.each(['2026-01-01T00:00:00.000Z', '12', '0192f0c1-0000-7000-8000-000000000000'])(
    '%s is read',
    (at) => {
      expect(readCursor(shape, identity, forged(at))).toEqual({ at });
    },
  );

  it('of the log or of versions is refused', async () => {
    const path = `/v1/sequences/${world.sequenceId}/versions`;
    for (const version of ['x', '0', '0192f0c1-0000-7000-8000-000000000000', '99999999999']) {
      const query = {
        accountId: world.accountId,
        list: 'versions',
        query: { id: world.sequenceId },
      };
      const after = cutPage([1, 2], 1, query, () => ({ version })).paging.next?.after ?? '';
      expect(await world.request('GET', `${path}?after=${after}`)).toMatchObject({
        status: 400,
        code: 'INVALID_CURSOR',
      });
    }
    for (const after of ['x', '1.99999999999999999999.1', '99999999999999999.1.1', '-1.1.1']) {
      expect((await world.request('GET', `/v1/log?after=${after}`)).code).toBe('INVALID_CURSOR');
    }
  });
});

describe('what is not one line', () => {
  const lines: readonly (readonly [string, string, object, string])[] = [
    ['POST', '/v1/contacts', { firstName: 'A\u2028B' }, '/firstName'],
    ['POST', '/v1/companies', { name: 'A\u2029B' }, '/name'],
    ['POST', '/v1/templates', { name: 'T', subject: 'A\u2028B', html: '<p>x</p>' }, '/subject'],
    [
      'POST',
      '/v1/sequences',
      { name: 'S\u2028T', steps: [{ kind: 'call', title: 'A\u2029B' }] },
      '/name',
    ],
    [
      'POST',
      '/v1/sequences',
      { name: 'S', steps: [{ kind: 'call', title: 'A\u2029B' }] },
      '/steps/0/title',
    ],
  ];

  test.each(lines)('is refused when it is saved: %s %s %j', async (method, path, body, pointer) => {
    const answer = await world.request(method, path, body, { 'cadenza-user': world.userId });
    expect(answer.status).toBe(422);
    expect(answer.pointers).toContain(pointer);
  });
});

it('POST /v1/templates declares that a folder may be unknown', async () => {
  const body = { name: 'T', subject: 'S', html: '<p>x</p>', folderId: world.templateId };
  const answer = await world.request('POST', '/v1/templates', body, {
    'cadenza-user': world.userId,
  });
  expect([answer.status, answer.pointers]).toEqual([404, ['/folderId']]);
});

test.each([
  { range: 'bytes=99999999-' },
  { 'if-match': '"x"' },
  { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
])('no header makes a file of the documentation an error of ours: %j', async (headers) => {
  for (const path of [
    '/docs/swagger-ui.css',
    '/docs/swagger-ui.css/%00',
    '/docs/swagger-ui.css/..%2f..',
  ]) {
    const { status } = await send(`${api.url}${path}`, 'GET', undefined, headers);
    expect([path, status < 500]).toEqual([path, true]);
  }
});
