import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi();
  cast = await createCast(api);
});
afterAll(() => api.close());

const steps = [{ id: 'call', kind: 'call', title: 'Call' }];

/** Somebody who is in a sequence of the owner's, which only the owner and an admin may know of. */
async function enrolled(fields: object = {}) {
  const email = `${randomUUID()}@contact.example`;
  const { id: contactId } = await made(
    cast.owner.request('POST', '/v1/contacts', { email, ...fields }),
  );
  const sequence = { name: 'Private', steps };
  const { id: sequenceId } = await made(cast.owner.request('POST', '/v1/sequences', sequence));
  const enrollment = { sequenceId, contact: { id: contactId } };
  const { id } = await made(cast.owner.request('POST', '/v1/enrollments', enrollment));
  return { id, contactId, sequenceId, email };
}

async function stateOf(id: string): Promise<unknown> {
  return (await cast.owner.request('GET', `/v1/enrollments/${id}`)).body['state'];
}

const report = (by: TestUser, contactId: string, id: string = randomUUID()) =>
  by.request('POST', '/v1/events', { id, type: 'reply', contact: { id: contactId } });

describe('what is not shared with the acting user leaves no trace in answers', () => {
  it('SHR-04: an event about a contact changes and tells only what the caller may know of', async () => {
    const { id, contactId } = await enrolled();
    const blind = await report(cast.stranger, contactId);
    expect(blind).toMatchObject({ status: 200, body: { effects: [] } });
    expect(await stateOf(id)).toBe('active');
    const eventId = randomUUID();
    const effects = [{ enrollmentId: id, state: 'unenrolled', reason: 'replied' }];
    const told = await report(cast.owner, contactId, eventId);
    expect(told).toMatchObject({ status: 200, body: { effects } });
    expect((await report(cast.stranger, contactId, eventId)).body['effects']).toEqual([]);
    expect((await report(cast.owner, contactId, eventId)).body['effects']).toEqual(effects);
  });

  it('SHR-04: nor of colleagues whom a reply ends too', async () => {
    const { id: companyId } = await made(
      cast.account.request('POST', '/v1/companies', { name: 'Acme' }),
    );
    const settings = { unenrollCompany: true };
    const sequence = { name: 'Company', steps, settings, sharing: { everyone: 'use' } };
    const { id: sequenceId } = await made(cast.owner.request('POST', '/v1/sequences', sequence));
    const ids: string[] = [];
    for (const by of [cast.teammate, cast.owner]) {
      const email = `${randomUUID()}@contact.example`;
      const person = await made(by.request('POST', '/v1/contacts', { email, companyId }));
      const enrollment = { sequenceId, contact: { id: person.id } };
      ids.push((await made(by.request('POST', '/v1/enrollments', enrollment))).id);
    }
    const nobody = { everyone: null, users: [], teams: [] };
    await made(cast.owner.request('PUT', `/v1/sequences/${sequenceId}/sharing`, nobody));
    const [own = '', others = ''] = ids;
    const event = { id: randomUUID(), type: 'reply', enrollmentId: own };
    const { body } = await made(cast.teammate.request('POST', '/v1/events', event));
    expect(body['effects']).toMatchObject([{ enrollmentId: own, reason: 'replied' }]);
    expect(await stateOf(others)).toBe('unenrolled');
  });

  it('SHR-04: an opt-out takes effect everywhere, and is told of where the caller may know', async () => {
    const [one, two] = [await enrolled(), await enrolled()];
    const optOut = (by: TestUser, address: string) =>
      by.request('POST', '/v1/suppressions', { address, reason: 'unsubscribed' });
    expect(await optOut(cast.stranger, one.email)).toMatchObject({
      status: 201,
      body: { effects: [] },
    });
    expect(await stateOf(one.id)).toBe('unenrolled');
    expect((await optOut(cast.owner, two.email)).body['effects']).toMatchObject([
      { enrollmentId: two.id, reason: 'unsubscribed' },
    ]);
  });

  it('SHR-04: a contact is deleted with its enrollments, whoever may know of them', async () => {
    const [one, two] = [await enrolled(), await enrolled()];
    const remove = (by: TestUser, { contactId }: typeof one) =>
      by.request('DELETE', `/v1/contacts/${contactId}`, {});
    expect(await remove(cast.stranger, one)).toMatchObject({
      status: 200,
      body: { unenrolled: [] },
    });
    expect(await stateOf(one.id)).toBe('unenrolled');
    expect((await remove(cast.owner, two)).body['unenrolled']).toEqual([two.id]);
  });

  test('SHR-04: sequences that need a holiday calendar are named to those who may know of them', async () => {
    const calendar = { name: 'Closed', dates: [{ date: '2026-12-24', name: 'Closed' }] };
    const { id } = await made(cast.owner.request('POST', '/v1/holiday-calendars', calendar));
    const settings = { holidayCalendarIds: [id] };
    const sequence = { name: 'Private', steps, settings };
    const { id: sequenceId } = await made(cast.owner.request('POST', '/v1/sequences', sequence));
    const remove = (by: TestUser) => by.request('DELETE', `/v1/holiday-calendars/${id}`, {});
    expect(await remove(cast.stranger)).toMatchObject({
      code: 'HOLIDAY_CALENDAR_IN_USE',
      body: { sequences: [] },
    });
    expect((await remove(cast.owner)).body['sequences']).toMatchObject([{ sequenceId }]);
  });
});
