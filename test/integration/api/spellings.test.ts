import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { and, eq } from 'drizzle-orm';
import { folders, lists, taskQueues, teams } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { spellings } from '../../support/spellings.js';
import { createCast, made, type Cast } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  cast = await createCast(api);
});
afterAll(() => api.close());

const post = (path: string, body: object) => made(cast.admin.request('POST', path, body));
const read = (path: string) => made(cast.admin.request('GET', path));
const pairs = Object.values(spellings).map(({ composed, decomposed }) => ({
  stored: decomposed,
  asked: composed,
}));
const both = Object.values(spellings).flatMap(({ composed, decomposed }) => [
  { stored: composed, asked: decomposed },
  { stored: decomposed, asked: composed },
]);
const steps = [{ id: 'call', kind: 'call', title: 'Call' }];
const contact = (fields: object) =>
  post('/v1/contacts', { email: `${randomUUID()}@contact.example`, ...fields });

describe('a text in another spelling is found', () => {
  test.each(both)('3.20: in the search of contacts: $stored by $asked', async (spelling) => {
    const { stored, asked } = spelling;
    const { id } = await contact({ firstName: 'Kim', lastName: stored });
    await contact({ lastName: 'Other' });
    const found = async (q: string) => (await read(`/v1/contacts?q=${encodeURIComponent(q)}`)).ids;
    expect(await found(asked)).toEqual([id]);
    expect(await found(`kim ${asked}`)).toEqual([id]);
    expect(await found(`${asked}x`)).toEqual([]);
  });

  test.each(both)('3.20 SEQ-25: by filters: $stored by $asked', async ({ stored, asked }) => {
    const { id: companyId } = await post('/v1/companies', { name: stored });
    const { id } = await contact({
      lastName: stored,
      companyId,
      properties: { word: `${stored} x` },
    });
    const { id: other } = await contact({ lastName: 'Other', properties: { word: 'y' } });
    const found = async (field: string, operator: string, value: unknown) =>
      (await post('/v1/contacts/search', { filter: { field, operator, value } })).ids;
    expect(await found('contact.lastName', 'eq', asked)).toEqual([id]);
    expect(await found('contact.lastName', 'neq', asked)).toEqual([other]);
    expect(await found('contact.lastName', 'in', ['z', asked])).toEqual([id]);
    expect(await found('contact.lastName', 'contains', asked)).toEqual([id]);
    expect(await found('contact.lastName', 'startsWith', asked)).toEqual([id]);
    expect(await found('company.name', 'eq', asked)).toEqual([id]);
    expect(await found('contact.properties.word', 'startsWith', `${asked} `)).toEqual([id]);
    expect(await found('contact.properties.word', 'eq', `${asked} x`)).toEqual([id]);
    const filter = { field: 'contact.lastName', operator: 'contains', value: asked };
    const list = await post('/v1/lists', { kind: 'active', name: 'L', filter });
    expect((await read(`/v1/lists/${list.id}/members`)).ids).toEqual([id]);
  });

  test.each(pairs)(
    '3.20: among templates, lists and the items of a batch: $stored by $asked',
    async (spelling) => {
      const { stored, asked } = spelling;
      const q = encodeURIComponent(asked);
      const { id: folderId } = await post('/v1/folders', { kind: 'template', name: stored });
      const body = { subject: 'S', html: '<p>x</p>' };
      const named = await post('/v1/templates', { ...body, name: `T ${stored}` });
      const about = await post('/v1/templates', { ...body, name: 'T', subject: stored, folderId });
      await post('/v1/templates', { ...body, name: 'Other' });
      expect((await read(`/v1/templates?q=${q}`)).ids).toEqual([named.id, about.id]);
      expect((await read(`/v1/templates?folder=${q}`)).ids).toEqual([about.id]);
      const list = await post('/v1/lists', { kind: 'static', name: `L ${stored}` });
      await post('/v1/lists', { kind: 'static', name: 'Other' });
      expect((await read(`/v1/lists?q=${q}`)).ids).toEqual([list.id]);
      const [one, other] = [await contact({ lastName: stored }), await contact({ lastName: 'O' })];
      const sender = await cast.user({ permissions: ['sequences', 'bulk_enroll'] });
      const ask = (path: string, body: object) => made(sender.request('POST', path, body));
      const { id: sequenceId } = await ask('/v1/sequences', { name: 'S', steps });
      const contacts = [{ id: one.id }, { id: other.id }];
      const batch = await ask('/v1/bulk-enrollments', { sequenceId, contacts });
      const items = await made(
        sender.request('GET', `/v1/bulk-enrollments/${batch.id}/items?q=${q}`),
      );
      expect(items.body['results']).toMatchObject([{ contactId: one.id }]);
      expect(items.ids).toHaveLength(1);
    },
  );
});

describe('a name is there once in all its spellings', () => {
  const doors = [
    ['/v1/lists', { kind: 'static' }],
    ['/v1/folders', { kind: 'template' }],
    ['/v1/task-queues', {}],
    ['/v1/teams', { memberIds: [] }],
  ] as const;

  test.each(pairs)('3.20: $stored, then $asked', async ({ stored, asked }) => {
    for (const [path, fields] of doors) {
      const first = await post(path, { ...fields, name: stored });
      const again = await cast.admin.request('POST', path, { ...fields, name: asked });
      expect(again).toMatchObject({ status: 409, code: 'CONFLICT', pointers: ['/name'] });
      const second = await post(path, { ...fields, name: 'Another' });
      const patch = (id: string, name: string) =>
        cast.admin.request('PATCH', `${path}/${id}`, { name });
      const renamed = await patch(second.id, asked);
      expect(renamed).toMatchObject({ status: 409, code: 'CONFLICT', pointers: ['/name'] });
      // Its own name in another spelling is not taken.
      expect(await patch(first.id, asked)).toMatchObject({ status: 200, body: { name: asked } });
    }
  });

  it('3.20: a team is found by its name in another spelling, and keeps its own', async () => {
    const { composed, decomposed } = spellings.hangul;
    const first = await made(
      cast.admin.request('PUT', '/v1/teams', { name: decomposed, memberIds: [] }),
    );
    const memberIds = [cast.owner.id];
    const again = await made(cast.admin.request('PUT', '/v1/teams', { name: composed, memberIds }));
    expect(again).toMatchObject({
      status: 200,
      id: first.id,
      body: { name: decomposed, memberIds },
    });
  });

  it('3.20: older rows of one name are each found as written, and get names of their own only', async () => {
    const { accountId } = cast;
    for (const [path, table, fields] of [
      ['/v1/lists', lists, { kind: 'static' }],
      ['/v1/folders', folders, { kind: 'template' }],
      ['/v1/task-queues', taskQueues, {}],
      ['/v1/teams', teams, { memberIds: [] }],
    ] as const) {
      await post(path, { ...fields, name: 'Berlin' });
      const { id } = await post(path, { ...fields, name: 'Bonn' });
      // As the migration leaves what was there.
      const old = and(eq(table.accountId, accountId), eq(table.id, id));
      await api.db.update(table).set({ name: 'berlin', namesake: 1 }).where(old);
      const patch = (name: string) => cast.admin.request('PATCH', `${path}/${id}`, { name });
      expect(await patch('berlin')).toMatchObject({ status: 200, body: { name: 'berlin' } });
      if (path === '/v1/teams') {
        const written = await made(cast.admin.request('PUT', path, { name: 'berlin' }));
        expect([written.status, written.id]).toEqual([200, id]);
      }
      expect(await patch('BERLIN')).toMatchObject({ status: 409, pointers: ['/name'] });
      expect(await patch('Rom')).toMatchObject({ status: 200, body: { name: 'Rom' } });
      const again = await cast.admin.request('POST', path, { ...fields, name: 'rom' });
      expect(again).toMatchObject({ status: 409, pointers: ['/name'] });
    }
  });

  it('3.20: an option of a property is named once, and takes its values in every spelling', async () => {
    const { composed, decomposed } = spellings.accent;
    const property = { object: 'contact', name: 'who', label: 'W', type: 'enumeration' };
    const twice = await cast.admin.request('POST', '/v1/properties', {
      ...{ ...property, options: [composed, decomposed] },
    });
    expect(twice).toMatchObject({
      status: 422,
      errors: [{ pointer: '/options', code: 'not_unique' }],
    });
    await post('/v1/properties', { ...property, options: [composed] });
    const { id, body } = await contact({ properties: { who: decomposed.toUpperCase() } });
    expect(body['properties']).toEqual({ who: decomposed.toUpperCase() });
    const filter = { field: 'contact.properties.who', operator: 'eq', value: decomposed };
    expect((await post('/v1/contacts/search', { filter })).ids).toEqual([id]);
  });
});

describe('what is compared in one form', () => {
  it('3.20: is stored, read and put into texts as it came', async () => {
    const { decomposed } = spellings.hangul;
    const { id } = await contact({ lastName: decomposed, properties: { word: decomposed } });
    const { body } = await read(`/v1/contacts/${id}`);
    expect(body).toMatchObject({ lastName: decomposed, properties: { word: decomposed } });
    const html = `<p>${decomposed} {{contact.lastName}}</p>`;
    const template = await post('/v1/templates', { name: decomposed, subject: 'S', html });
    expect(template.body).toMatchObject({ name: decomposed, html });
    const preview = await post(`/v1/templates/${template.id}/preview`, { contact: { id } });
    expect(preview.body).toMatchObject({ html: `<p>${decomposed} ${decomposed}</p>` });
  });

  it('3.20: leaves keys as they are: an externalId is one of its own in each spelling', async () => {
    const { composed, decomposed } = spellings.accent;
    const ids = [];
    for (const externalId of [composed, decomposed, composed.toUpperCase()]) {
      const { id } = await contact({ externalId });
      expect((await read(`/v1/contacts?externalId=${encodeURIComponent(externalId)}`)).ids).toEqual(
        [id],
      );
      ids.push(id);
    }
    expect(new Set(ids).size).toBe(3);
  });

  it('3.20 ENR-24: an address is one in each spelling of its domain', async () => {
    const { composed, decomposed } = {
      composed: 'kim@bücher.example',
      decomposed: 'Kim@bu\u0308cher.example',
    };
    const first = await contact({ email: composed });
    const again = await cast.admin.request('POST', '/v1/contacts', { email: decomposed });
    expect(again).toMatchObject({ status: 409, pointers: ['/email'] });
    expect((await read(`/v1/contacts?email=${encodeURIComponent(decomposed)}`)).ids).toEqual([
      first.id,
    ]);
    await post('/v1/suppressions', { address: decomposed, reason: 'unsubscribed' });
    const found = await read(`/v1/suppressions?address=${encodeURIComponent(composed)}`);
    expect(found.ids).toHaveLength(1);
  });
});
