import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { lockContact, eraseContact } from '../../../src/db/queries/contact-deletion.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { untilBlocked } from '../../support/database.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi();
  cast = await createCast(api);
});
afterAll(() => api.close());

const ask = (method: string, path: string, body?: unknown, by: TestUser = cast.account) =>
  by.request(method, path, body);
const contact = async (fields: object = {}): Promise<string> =>
  (await made(ask('POST', '/v1/contacts', fields))).id;
const named = (name: string) => ({ field: 'contact.lastName', operator: 'eq', value: name });
const list = async (fields: object = {}, by: TestUser = cast.account): Promise<string> => {
  const body = { kind: 'static', name: randomUUID(), ...fields };
  return (await made(by.request('POST', '/v1/lists', body))).id;
};
const add = (id: string, body: object): Promise<ApiAnswer> =>
  ask('POST', `/v1/lists/${id}/members`, body);
const members = async (id: string): Promise<readonly string[]> =>
  (await made(ask('GET', `/v1/lists/${id}/members`))).ids;

describe('a static list', () => {
  it('ENR-01: holds the contacts that were put into it by any of their names, each once', async () => {
    const id = await list();
    const [a, b, c] = [
      await contact({ email: 'a@list.example' }),
      await contact({ externalId: 'list-b' }),
      await contact(),
    ];
    const contacts = [{ email: 'A@list.example' }, { externalId: 'list-b' }, { id: c }, { id: a }];
    expect((await add(id, { contacts })).body).toMatchObject({ added: 3, alreadyIn: 0 });
    expect((await add(id, { contacts: [{ id: b }] })).body).toMatchObject({
      added: 0,
      alreadyIn: 1,
    });
    expect(await members(id)).toEqual([a, b, c]);
    const read = await ask('GET', `/v1/lists/${id}`);
    expect(read.body).toMatchObject({ kind: 'static', filter: null, count: 3, warnings: [] });
    const page = await ask('GET', `/v1/lists/${id}/members?limit=2`);
    expect(page.ids).toEqual([a, b]);
    const rest = await ask('GET', `/v1/lists/${id}/members?limit=2&after=${page.next ?? ''}`);
    expect([rest.ids, rest.next]).toEqual([[c], undefined]);
    const taken = await ask('DELETE', `/v1/lists/${id}/members/list-b`, {});
    expect([taken.status, taken.id]).toEqual([200, b]);
    expect(await members(id)).toEqual([a, c]);
    expect((await ask('DELETE', `/v1/lists/${id}/members/list-b`, {})).status).toBe(404);
  });

  it('refuses an unknown contact alone, with its place', async () => {
    const id = await list();
    const good = await contact();
    const contacts = [{ contact: { id: good } }, { id: randomUUID() }, { email: 'x' }];
    expect((await add(id, { contacts })).body).toMatchObject({
      added: 1,
      alreadyIn: 0,
      unknownContacts: [
        { index: 1, pointer: '/contacts/1', code: 'NOT_FOUND' },
        { index: 2, pointer: '/contacts/2', code: 'NOT_FOUND' },
      ],
    });
    expect(await members(id)).toEqual([good]);
  });

  it('BLK-02 BLK-03 ENR-10: is filled from a filter, a company or another list, at most 1,000 at once', async () => {
    const company = await made(ask('POST', '/v1/companies', { name: 'Acme' }));
    const a = await contact({ lastName: 'Filled', companyId: company.id });
    const b = await contact({ lastName: 'Filled' });
    const fill = async (selection: object) => {
      const id = await list();
      await made(add(id, { selection }));
      return { id, ids: await members(id) };
    };
    const filled = await fill({ filter: named('filled') });
    expect(filled.ids).toEqual([a, b]);
    expect((await fill({ companyId: company.id })).ids).toEqual([a]);
    expect((await fill({ listId: filled.id })).ids).toEqual([a, b]);
    expect((await fill({ contactIds: [b, b] })).ids).toEqual([b]);
    const rows = Array.from({ length: 1001 }, (_, n) =>
      JSON.stringify({ email: `${n}@many.example`, lastName: 'Many' }),
    );
    await fetch(`${api.url}/v1/contacts/bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cast.key}`, 'content-type': 'application/x-ndjson' },
      body: rows.join('\n'),
    }).then((answer) => answer.text());
    const id = await list();
    const many = await add(id, { selection: { filter: named('Many') } });
    expect([many.status, many.code]).toEqual([422, 'BULK_TOO_LARGE']);
    expect(await members(id)).toEqual([]);
    const and = [
      named('Many'),
      { field: 'contact.email', operator: 'neq', value: '7@many.example' },
    ];
    const most = await add(id, { selection: { filter: { and } } });
    expect(most.body).toMatchObject({ added: 1000, alreadyIn: 0 });
  });

  test.each<readonly [object, readonly string[]]>([
    [{}, ['']],
    [{ contacts: [] }, ['/contacts']],
    [{ contacts: [{ email: 'a@x.example' }], selection: { listId: randomUUID() } }, ['']],
    [{ selection: {} }, ['/selection']],
    [{ selection: { filter: named('x'), listId: randomUUID() } }, ['/selection']],
    [{ selection: { filter: { and: [named('x'), 1] } } }, ['/selection/filter/and/1']],
    [{ contacts: Array.from({ length: 1001 }, (_, n) => ({ externalId: `${n}` })) }, ['/contacts']],
  ])('refuses to be filled with %j, at %j', async (body, pointers) => {
    const refused = await add(await list(), body);
    expect([refused.status, refused.pointers]).toEqual([422, pointers]);
  });

  it('loses a contact that is deleted, and takes in none that is being deleted', async () => {
    const id = await list();
    const [stays, goes] = [await contact(), await contact({ email: 'goes@list.example' })];
    await made(add(id, { contacts: [{ id: stays }, { id: goes }] }));
    let adding: Promise<ApiAnswer> | undefined;
    const late = await list();
    await api.db.transaction(async (tx) => {
      const locked = await lockContact(tx, cast.accountId, { id: goes });
      const erased = { deletedAt: new Date().toISOString(), closedById: null };
      if (locked !== undefined) await eraseContact(tx, locked, erased);
      adding = add(late, { contacts: [{ id: goes }] });
      await untilBlocked(api.db);
    });
    expect((await adding)?.status).toBe(404);
    expect([await members(id), await members(late)]).toEqual([[stays], []]);
    await made(ask('DELETE', `/v1/contacts/${stays}`, {}));
    expect((await ask('GET', `/v1/lists/${id}`)).body).toMatchObject({ count: 0 });
  });
});

describe('an active list', () => {
  it('ENR-01: holds whomever its filter holds for at the time, until the filter is changed', async () => {
    const a = await contact({ lastName: 'Active' });
    const id = await list({ kind: 'active', filter: named('Active') });
    expect(await members(id)).toEqual([a]);
    const b = await contact({ lastName: 'ACTIVE' });
    await made(ask('PATCH', `/v1/contacts/${a}`, { lastName: 'Gone' }));
    expect(await members(id)).toEqual([b]);
    const filter = named('Gone');
    expect((await ask('PATCH', `/v1/lists/${id}`, { filter })).body).toMatchObject({ filter });
    expect(await members(id)).toEqual([a]);
    expect((await ask('GET', `/v1/lists/${id}`)).body).toMatchObject({ kind: 'active', count: 1 });
  });

  it('takes nobody in or out one by one', async () => {
    const a = await contact({ lastName: 'Fixed' });
    const id = await list({ kind: 'active', filter: named('Fixed') });
    const added = await add(id, { contacts: [{ id: a }] });
    const removed = await ask('DELETE', `/v1/lists/${id}/members/${a}`, {});
    expect([added.code, removed.code]).toEqual(['LIST_NOT_STATIC', 'LIST_NOT_STATIC']);
  });

  it('becomes a static one with those that are in it now, once', async () => {
    const a = await contact({ lastName: 'Snapshot' });
    const id = await list({ kind: 'active', filter: named('Snapshot') });
    for (const time of [1, 2]) {
      const converted = await ask('POST', `/v1/lists/${id}/convert`, {});
      expect([time, converted.body]).toMatchObject([time, { kind: 'static', filter: null }]);
    }
    await contact({ lastName: 'Snapshot' });
    expect(await members(id)).toEqual([a]);
    const refused = await ask('PATCH', `/v1/lists/${id}`, { filter: named('x') });
    expect([refused.status, refused.pointers]).toEqual([422, ['/filter']]);
  });

  it('SHR-04: holds for somebody only what they may know of', async () => {
    const steps = [{ kind: 'call', title: 'Call' }];
    const sequence = await made(
      ask('POST', '/v1/sequences', { name: 'Hidden', steps }, cast.owner),
    );
    const email = `${randomUUID()}@contact.example`;
    const id = await contact({ email });
    const enrollment = { sequenceId: sequence.id, contact: { id } };
    await made(ask('POST', '/v1/enrollments', enrollment, cast.owner));
    const filter = { everEnrolled: { sequenceId: sequence.id } };
    const listId = await list({ kind: 'active', filter }, cast.owner);
    const seen = async (by: TestUser) => [
      (await ask('GET', `/v1/lists/${listId}/members`, undefined, by)).ids,
      (await ask('GET', `/v1/lists/${listId}`, undefined, by)).body['count'],
    ];
    expect(await seen(cast.owner)).toEqual([[id], 1]);
    expect(await seen(cast.stranger)).toEqual([[], 0]);
  });
});

describe('lists', () => {
  it('are found by kind, owner and name, changed, and deleted with their members', async () => {
    const id = await list({ name: 'Trade fair 100%' }, cast.owner);
    const other = await list({ kind: 'active', name: 'Renewals', filter: named('x') });
    const found = async (query: string) => (await ask('GET', `/v1/lists?limit=100&${query}`)).ids;
    expect(await found('q=FAIR')).toEqual([id]);
    expect(await found('q=100%25')).toEqual([id]);
    expect(await found(`ownerId=${cast.owner.id}&kind=static`)).toEqual([id]);
    expect(await found('kind=active')).toContain(other);
    expect(await found('kind=active')).not.toContain(id);
    const taken = await ask('PATCH', `/v1/lists/${id}`, { name: 'Renewals' });
    expect([taken.status, taken.pointers]).toEqual([409, ['/name']]);
    const changed = await ask('PATCH', `/v1/lists/${id}`, { name: 'Fair', ownerId: null });
    expect(changed.body).toMatchObject({ name: 'Fair', ownerId: null, filter: null });
    const contactId = await contact();
    await made(add(id, { contacts: [{ id: contactId }] }));
    expect((await ask('DELETE', `/v1/lists/${id}`, {})).status).toBe(200);
    expect((await ask('GET', `/v1/lists/${id}`)).status).toBe(404);
    expect((await ask('GET', `/v1/contacts/${contactId}`)).status).toBe(200);
  });

  test.each<readonly [object, readonly string[]]>([
    [{ kind: 'static', name: ' ' }, ['/name']],
    [{ kind: 'active', name: 'A' }, ['/filter']],
    [{ kind: 'active', name: 'A', filter: { or: [named('x'), {}] } }, ['/filter/or/1/field']],
    [{ kind: 'static', name: 'A', filter: named('x') }, ['/filter']],
    [{ kind: 'smart', name: 'A' }, ['/kind']],
  ])('%j is refused at %j', async (body, pointers) => {
    const refused = await ask('POST', '/v1/lists', body);
    expect([refused.status, refused.pointers]).toEqual([422, pointers]);
  });

  it('hold filters to what is declared', async () => {
    const declared = { object: 'contact', name: 'level', label: 'Level', type: 'number' };
    await made(ask('POST', '/v1/properties', declared));
    const filter = { field: 'contact.properties.level', operator: 'eq', value: 'high' };
    const refused = await ask('POST', '/v1/lists', { kind: 'active', name: 'High', filter });
    expect([refused.status, refused.pointers]).toEqual([422, ['/filter/value']]);
    const selected = await add(await list(), { selection: { filter } });
    expect([selected.status, selected.pointers]).toEqual([422, ['/selection/filter/value']]);
  });
});
