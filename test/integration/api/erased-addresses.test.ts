import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eraseContact, lockContact } from '../../../src/db/queries/contact-deletion.js';
import { suppress } from '../../../src/db/queries/suppressions.js';
import { startApi, type ApiAnswer, type TestApi, type TestCaller } from '../../support/api.js';
import { findCanaries } from '../../support/canaries.js';
import { untilBlocked } from '../../support/database.js';
import { callStep } from '../../support/sequences.js';
import { createCast, made, type Cast } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi();
  cast = await createCast(api);
});
afterAll(() => api.close());

const now = (): string => new Date().toISOString();
const freshAddress = (): string => `${randomUUID()}@erased.example`;
const suppressing = (address: string, reason: string, by: TestCaller = cast) =>
  made(by.request('POST', '/v1/suppressions', { address, reason, note: `Note of ${address}` }));
const remove = (id: string) => made(cast.request('DELETE', `/v1/contacts/${id}`));
const create = async (email: string, externalId?: string) =>
  (await made(cast.request('POST', '/v1/contacts', { email, externalId }))).id;
const suppressionsOf = async (address: string) =>
  z
    .array(z.object({ address: z.string().nullable(), note: z.string().nullable() }).loose())
    .parse((await cast.request('GET', `/v1/suppressions?address=${address}`)).body['results']);
/** Where one of these addresses stands in the database. */
const left = async (...addresses: string[]) => [
  ...(await findCanaries(api.db, Object.fromEntries(addresses.map((each) => [each, each])))).keys(),
];

describe('the former addresses of a contact', () => {
  const changes: readonly [string, (id: string, externalId: string, email: string) => unknown][] = [
    ['PATCH', (id, _, email) => made(cast.request('PATCH', `/v1/contacts/${id}`, { email }))],
    [
      'PUT',
      (_, externalId, email) => made(cast.request('PUT', '/v1/contacts', { externalId, email })),
    ],
    [
      'a bulk upsert',
      async (_, externalId, email) => {
        const response = await fetch(`${api.url}/v1/contacts/bulk`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${cast.key}`,
            'content-type': 'application/x-ndjson',
          },
          body: JSON.stringify({ externalId, email }),
        });
        expect(await response.text()).toContain('"updated":1');
      },
    ],
  ];

  it.each(changes)(
    'changed by %s are erased with it, and in its export until then',
    async (_, change) => {
      const [first, second, third] = [freshAddress(), freshAddress(), freshAddress()];
      const externalId = randomUUID();
      const id = await create(first, externalId);
      await suppressing(first, 'unsubscribed');
      await change(id, externalId, second);
      await change(id, externalId, third);
      // After it was changed, too.
      await suppressing(second, 'blocked');
      const exported = await cast.request('GET', `/v1/contacts/${id}/export`);
      expect(exported.body['suppressions']).toMatchObject([
        { address: first, note: `Note of ${first}` },
        { address: second },
      ]);
      expect(await left(first)).not.toEqual([]);
      await remove(id);
      expect(await left(first, second, third)).toEqual([]);
      expect(await suppressionsOf(first)).toMatchObject([{ reason: 'unsubscribed', note: null }]);
      expect(await suppressionsOf(second)).toMatchObject([{ reason: 'blocked', note: null }]);
    },
  );

  it('stay as they are while another contact has them, and are in its export alone', async () => {
    const [shared, next] = [freshAddress(), freshAddress()];
    const first = await create(shared);
    await suppressing(shared, 'unsubscribed');
    await made(cast.request('PATCH', `/v1/contacts/${first}`, { email: next }));
    const second = await create(shared);
    const exported = (id: string) => cast.request('GET', `/v1/contacts/${id}/export`);
    expect((await exported(first)).body['suppressions']).toEqual([]);
    expect((await exported(second)).body['suppressions']).toMatchObject([{ address: shared }]);
    await remove(first);
    expect(await suppressionsOf(shared)).toMatchObject([{ note: `Note of ${shared}` }]);
    await remove(second);
    expect(await left(shared, next)).toEqual([]);
  });
});

describe('an erased address that is suppressed again', () => {
  it('stays under its digest, without a note, for whatever reason', async () => {
    const email = freshAddress();
    const id = await create(email);
    await suppressing(email, 'unsubscribed');
    await remove(id);
    const again = await suppressing(email, 'marked_as_spam');
    expect(again).toMatchObject({ status: 201, body: { address: null, note: null } });
    expect((await suppressing(email, 'marked_as_spam')).body).toEqual(again.body);
    expect((await suppressing(email, 'unsubscribed')).status).toBe(200);
    expect(await left(email)).toEqual([]);
    expect(await suppressionsOf(email)).toHaveLength(2);
  });

  it('stands as it was named where a contact has the address again, or nothing stood against it', async () => {
    const [email, unknown] = [freshAddress(), freshAddress()];
    const id = await create(email);
    await suppressing(email, 'unsubscribed');
    await remove(id);
    const anew = await create(email);
    const clear = await suppressing(email, 'blocked');
    expect(clear.body).toMatchObject({ address: email, note: `Note of ${email}` });
    await made(cast.request('PATCH', `/v1/contacts/${anew}`, { email: freshAddress() }));
    expect((await suppressing(email, 'blocked')).body).toEqual(clear.body);
    await remove(anew);
    expect(await left(email)).toEqual([]);
    await remove(await create(unknown));
    expect((await suppressing(unknown, 'blocked')).body).toMatchObject({ address: unknown });
  });

  it('at once with the erasure ends as if one had come after the other', async () => {
    const { accountId } = cast;
    const [before, after] = [freshAddress(), freshAddress()];
    const [first, second] = [await create(before), await create(after)];
    let late: Promise<ApiAnswer> | undefined;
    const createdBy = { kind: 'system' } as const;
    await api.db.transaction(async (tx) => {
      const wanted = { address: before, reason: 'blocked', createdBy, createdAt: now() } as const;
      await suppress(tx, accountId, { ...wanted, note: 'Met Zebedee' });
      late = remove(first);
      await untilBlocked(api.db);
    });
    await late;
    expect(await left(before, 'Met Zebedee')).toEqual([]);
    expect(await suppressionsOf(before)).toHaveLength(1);

    await suppressing(after, 'unsubscribed');
    await api.db.transaction(async (tx) => {
      const locked = await lockContact(tx, accountId, { id: second });
      if (locked === undefined) throw new Error('no contact');
      await eraseContact(tx, locked, { deletedAt: now(), closedById: null });
      late = suppressing(after, 'marked_as_spam');
      await untilBlocked(api.db);
    });
    expect((await late)?.body).toMatchObject({ address: null, note: null });
    expect(await left(after)).toEqual([]);
  });
});

it.each(['workflow', 'automation', 'deal', 'record'])(
  'the id of a %s that a contact was enrolled from is erased with it, the kind stays',
  async (kind) => {
    const { owner } = cast;
    const id = await create(freshAddress());
    const sequence = { name: 'S', steps: [callStep('call', 0)] };
    const { id: sequenceId } = await made(owner.request('POST', '/v1/sequences', sequence));
    const source = { kind, id: `source ${randomUUID()}` };
    const wanted = { sequenceId, contact: { id }, source };
    const { id: enrollmentId } = await made(owner.request('POST', '/v1/enrollments', wanted));
    expect(await left(source.id)).toEqual(['enrollments.source_id']);
    await remove(id);
    expect(await left(source.id)).toEqual([]);
    const kept = await owner.request('GET', `/v1/enrollments/${enrollmentId}`);
    expect(kept.body['source']).toMatchObject({ kind, id: null });
  },
);
