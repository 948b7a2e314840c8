import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  cast = await createCast(api);
});
afterAll(() => api.close());

const search = (filter: unknown, more: object = {}, by: TestUser = cast.account) =>
  by.request('POST', '/v1/contacts/search', { filter, ...more });
const contact = async (fields: object = {}): Promise<string> => {
  const body = { email: `${randomUUID()}@contact.example`, ...fields };
  return (await made(cast.account.request('POST', '/v1/contacts', body))).id;
};
const makeSequence = async (by: TestUser = cast.owner): Promise<string> => {
  const steps = [{ id: 'call', kind: 'call', title: 'Call' }];
  return (await made(by.request('POST', '/v1/sequences', { name: randomUUID(), steps }))).id;
};
const enroll = (contactId: string, sequenceId: string, by: TestUser = cast.owner) =>
  made(by.request('POST', '/v1/enrollments', { sequenceId, contact: { id: contactId } }));
const unenroll = ({ id }: ApiAnswer) =>
  made(cast.admin.request('POST', `/v1/enrollments/${id}/unenroll`, {}));
const on = (field: string, operator: string, value?: unknown) => ({ field, operator, value });

describe('POST /v1/contacts/search', () => {
  it('SEQ-25: pages through what a filter finds, each once, with the total; the cursor fits no other filter', async () => {
    const ids: string[] = [];
    for (const n of [1, 2, 3, 4, 5]) ids.push(await contact({ properties: { n } }));
    const filter = on('contact.properties.n', 'gte', 2);
    const first = await search(filter, { limit: 3 });
    expect([first.status, first.ids, first.body['total']]).toEqual([200, ids.slice(1, 4), 4]);
    const second = await search(filter, { limit: 3, after: first.next });
    expect([second.ids, second.next]).toEqual([ids.slice(4), undefined]);
    const other = await search(on('contact.properties.n', 'gte', 1), { after: first.next });
    expect([other.status, other.code]).toEqual([400, 'INVALID_CURSOR']);
  });

  it('SEQ-25: joins the company, its properties and groups of conditions', async () => {
    const company = async (name: string, size: number) =>
      (await made(cast.account.request('POST', '/v1/companies', { name, properties: { size } })))
        .id;
    const [small, large] = [await company('Small', 5), await company('Large', 500)];
    const ada = await contact({ firstName: 'Ada', companyId: small });
    const bo = await contact({ firstName: 'Bo', companyId: large });
    const cy = await contact({ firstName: 'Cy' });
    const big = on('company.properties.size', 'gt', 100);
    const found = async (filter: unknown) => (await search(filter)).ids;
    expect(await found(big)).toEqual([bo]);
    expect(await found({ not: big })).toEqual([ada, cy]);
    expect(await found({ or: [big, on('contact.firstName', 'eq', 'ADA')] })).toEqual([ada, bo]);
    expect(await found({ and: [big, on('contact.firstName', 'eq', 'Ada')] })).toEqual([]);
    expect(await found(on('company.name', 'unknown'))).toEqual([cy]);
    expect(await found(on('contact.companyId', 'eq', large))).toEqual([bo]);
  });

  it('SEQ-25: is relative to now in the last days', async () => {
    const id = await contact({ properties: { renewsOn: new Date().toISOString().slice(0, 10) } });
    expect((await search(on('contact.createdAt', 'inLastDays', 1))).ids).toEqual([id]);
    expect((await search(on('contact.createdAt', 'before', '2020-01-01T00:00:00Z'))).ids).toEqual(
      [],
    );
    expect((await search(on('contact.properties.renewsOn', 'inLastDays', 1))).ids).toEqual([id]);
  });

  it('SEQ-25: never finds a deleted contact', async () => {
    const id = await contact();
    await made(cast.account.request('DELETE', `/v1/contacts/${id}`, {}));
    expect((await search(on('contact.email', 'unknown'))).body).toMatchObject({ total: 0 });
    expect((await search(on('contact.createdAt', 'known'))).ids).toEqual([]);
  });

  it('SEQ-25: refuses what is wrong with a filter, each with its place, and what a declaration forbids', async () => {
    const wrong = await search({
      and: [
        on('contact.emial', 'known'),
        on('contact.createdAt', 'eq', 1),
        on('contact.email', 'eq', 'x'),
      ],
    });
    expect([wrong.status, wrong.pointers]).toEqual([
      422,
      ['/filter/and/0/field', '/filter/and/1/operator', '/filter/and/2/value'],
    ]);
    expect((await search(undefined)).pointers).toEqual(['/filter']);
    expect((await search([])).pointers).toEqual(['/filter']);
    const declared = { object: 'contact', name: 'size', label: 'Size', type: 'number' };
    await made(cast.account.request('POST', '/v1/properties', declared));
    const filter = { not: on('contact.properties.size', 'contains', '1') };
    const refused = await search(filter);
    expect([refused.status, refused.pointers]).toEqual([422, ['/filter/not/operator']]);
    expect((await search(on('contact.properties.size', 'eq', '1'))).pointers).toEqual([
      '/filter/value',
    ]);
  });

  it('LIM-10: warns of more than a hundred contacts, and stands in no one’s way', async () => {
    const rows = Array.from({ length: 101 }, (_, n) =>
      JSON.stringify({ email: `${n}@lim.example` }),
    );
    const answer = await fetch(`${api.url}/v1/contacts/bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cast.key}`, 'content-type': 'application/x-ndjson' },
      body: rows.join('\n'),
    });
    expect(await answer.text()).toContain('"created":101');
    const all = await search(on('contact.email', 'contains', '@lim.example'), { limit: 1 });
    expect(all.body).toMatchObject({ total: 101, warnings: [{ code: 'LARGE_SELECTION' }] });
    const fewer = await search({
      and: [on('contact.email', 'contains', '@lim'), on('contact.email', 'neq', '7@lim.example')],
    });
    expect(fewer.body).toMatchObject({ total: 100, warnings: [] });
  });
});

describe('enrollment properties', () => {
  it('SEQ-25 REP-03: say what a contact is and was enrolled in, and are what filters and lists ask for', async () => {
    const [first, second] = [await makeSequence(), await makeSequence()];
    const [id, other] = [await contact(), await contact()];
    const ended = await unenroll(await enroll(id, first));
    const live = await enroll(id, second);
    const read = await cast.owner.request('GET', `/v1/contacts/${id}`);
    expect(read.body['enrollment']).toEqual({
      isEnrolled: true,
      enrolledCount: 2,
      activelyEnrolledCount: 1,
      latestSequenceEnrolledId: second,
      latestSequenceEnrolledDate: live.body['enrolledAt'],
      latestSequenceEndedDate: ended.body['endedAt'],
      latestSequenceFinishedDate: null,
      latestSequenceUnenrolledDate: ended.body['endedAt'],
    });
    const found = await search(on('enrollment.isEnrolled', 'eq', true));
    expect(found.body['results']).toMatchObject([{ id, enrollment: read.body['enrollment'] }]);
    const both = [id, other];
    const tries: readonly (readonly [unknown, readonly string[]])[] = [
      [on('enrollment.isEnrolled', 'eq', false), [other]],
      [on('enrollment.enrolledCount', 'gt', 1), [id]],
      [on('enrollment.enrolledCount', 'eq', 0), [other]],
      [on('enrollment.latestSequenceEnrolledId', 'eq', first), []],
      [on('enrollment.latestSequenceEnrolledId', 'neq', first), both],
      [on('enrollment.latestSequenceFinishedDate', 'known'), []],
      [on('enrollment.latestSequenceUnenrolledDate', 'inLastDays', 1), [id]],
      [{ everEnrolled: { sequenceId: first } }, [id]],
      [{ everEnrolled: { sequenceId: first, states: ['unenrolled'], reasons: ['manual'] } }, [id]],
      [{ everEnrolled: { sequenceId: second, states: ['unenrolled'] } }, []],
      [{ everEnrolled: { sequenceId: first, enrolledUntil: '2020-01-01T00:00:00Z' } }, []],
      [{ not: { everEnrolled: {} } }, [other]],
    ];
    for (const [filter, ids] of tries)
      expect([filter, (await search(filter)).ids]).toEqual([filter, ids]);
    const past = {
      kind: 'active',
      name: 'Was in it',
      filter: { everEnrolled: { sequenceId: first } },
    };
    const list = await made(cast.owner.request('POST', '/v1/lists', past));
    expect((await cast.owner.request('GET', `/v1/lists/${list.id}/members`)).ids).toEqual([id]);
    const history = await cast.owner.request('GET', `/v1/enrollments?contactId=${id}`);
    expect(history.ids).toHaveLength(2);
  });

  it('SHR-04 SEQ-25: an enrollment that somebody may not know of counts for nothing', async () => {
    const [hidden, open] = [await makeSequence(), await makeSequence(cast.stranger)];
    const id = await contact();
    await unenroll(await enroll(id, open, cast.stranger));
    await enroll(id, hidden);
    const seen = async (by: TestUser) =>
      (await by.request('GET', `/v1/contacts/${id}`)).body['enrollment'];
    expect(await seen(cast.account)).toMatchObject({ isEnrolled: true, enrolledCount: 2 });
    expect(await seen(cast.owner)).toMatchObject({ isEnrolled: true, enrolledCount: 1 });
    expect(await seen(cast.stranger)).toMatchObject({
      isEnrolled: false,
      enrolledCount: 1,
      latestSequenceEnrolledId: open,
    });
    for (const filter of [
      on('enrollment.isEnrolled', 'eq', true),
      on('enrollment.latestSequenceEnrolledId', 'eq', hidden),
      { everEnrolled: { sequenceId: hidden } },
    ]) {
      expect((await search(filter, {}, cast.owner)).ids).toEqual([id]);
      expect((await search(filter, {}, cast.stranger)).ids).toEqual([]);
    }
  });
});
