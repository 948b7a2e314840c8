import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { callStep, emailStep } from '../../support/sequences.js';

/** Wednesday 17:00 in New York, the day before Thanksgiving. */
const wednesday = '2026-11-25T22:00:00.000Z';

let api: TestApi;
let now = wednesday;
const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.request(method, path, body, {
    'cadenza-user': 'ada',
    ...(['PUT', 'PATCH', 'DELETE'].includes(method) && { 'if-match': '*' }),
    ...headers,
  });
const makeCalendar = (body: unknown) => ask('POST', '/v1/holiday-calendars', body);
const closed = (...dates: readonly string[]) => ({
  name: 'Closed',
  dates: dates.map((date) => ({ date, name: 'Closed' })),
});

beforeAll(async () => {
  api = await startApi({ now: () => now });
  const { id: userId } = await ask(
    'POST',
    '/v1/users',
    {
      email: 'ada@example.com',
      externalId: 'ada',
      name: 'Ada',
      timeZone: 'America/New_York',
    },
    { 'cadenza-user': '' },
  );
  await ask('POST', '/v1/mailboxes', {
    userId,
    address: 'ada@example.com',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
});
beforeEach(() => {
  now = wednesday;
});
afterAll(() => api.close());

async function makeSequence(settings: object, steps = [emailStep('one', 0), emailStep('two', 1)]) {
  const made = await ask('POST', '/v1/sequences', { name: 'S', steps, settings });
  expect(made.status).toBe(201);
  return made;
}

let contacts = 0;
async function enrollIn(sequence: ApiAnswer) {
  contacts += 1;
  const contact = await ask('POST', '/v1/contacts', { email: `c${contacts}@example.com` });
  const enrolled = await ask('POST', '/v1/enrollments', {
    sequenceId: sequence.id,
    contact: { id: contact.id },
  });
  expect(enrolled.status).toBe(201);
  return `/v1/enrollments/${enrolled.id}`;
}

describe('holiday calendars of the account', () => {
  it('keeps names and dates in their order, lists them, and changes them with If-Match', async () => {
    const made = await makeCalendar(closed('2026-12-25', '2026-01-01'));
    expect(made.status).toBe(201);
    expect(made.headers.get('etag')).toBe('"1"');
    expect(made.body).toMatchObject({
      name: 'Closed',
      country: null,
      lastYear: null,
      dataVersion: null,
      dates: [
        { date: '2026-01-01', name: 'Closed' },
        { date: '2026-12-25', name: 'Closed' },
      ],
    });
    const path = `/v1/holiday-calendars/${made.id}`;
    expect((await ask('GET', path)).body).toEqual(made.body);
    expect((await ask('GET', '/v1/holiday-calendars')).ids).toContain(made.id);
    const patch = { dates: [{ date: '2027-01-01', name: 'New Year' }] };
    expect((await ask('PATCH', path, patch, { 'if-match': '' })).code).toBe(
      'PRECONDITION_REQUIRED',
    );
    expect((await ask('PATCH', path, patch, { 'if-match': '"7"' })).status).toBe(412);
    const changed = await ask('PATCH', path, patch, { 'if-match': '"1"' });
    expect(changed.body).toMatchObject({ ...patch, name: 'Closed', version: 2 });
    expect((await ask('DELETE', path)).status).toBe(200);
    expect((await ask('GET', path)).status).toBe(404);
  });

  it('lists page by page', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      now = `2026-11-25T22:00:0${index + 1}.000Z`;
      ids.push((await makeCalendar(closed())).id);
    }
    const first = await ask('GET', '/v1/holiday-calendars?limit=1');
    const second = await ask('GET', `/v1/holiday-calendars?limit=100&after=${first.next ?? ''}`);
    expect([...first.ids, ...second.ids].filter((id) => ids.includes(id))).toEqual(ids);
  });

  it.each([
    ['neither dates nor a country', { name: 'X' }, ['/dates']],
    ['both', { name: 'X', dates: [], country: 'US' }, ['/dates']],
    ['no name', { dates: [] }, ['/name']],
    [
      'a region and years of nowhere',
      { name: 'X', dates: [], region: 'CA', years: { firstYear: 2026, lastYear: 2026 } },
      ['/region', '/years'],
    ],
    ['no date', { name: 'X', dates: [{ date: '2026-02-30', name: 'Y' }] }, ['/dates/0/date']],
    ['a date twice', closed('2026-01-01', '2026-01-02', '2026-01-01'), ['/dates/2/date']],
    [
      'a blank name of a day',
      { name: 'X', dates: [{ date: '2026-01-01', name: ' ' }] },
      ['/dates/0/name'],
    ],
    ['a country that there is not', { country: 'XX' }, ['/country']],
    ['a country by its name', { country: 'Germany' }, ['/country']],
    ['a region that there is not', { country: 'US', region: 'BY' }, ['/region']],
    ['years backwards', { country: 'US', years: { firstYear: 2027, lastYear: 2026 } }, ['/years']],
    ['too many years', { country: 'US', years: { firstYear: 2020, lastYear: 2031 } }, ['/years']],
  ])('refuses %s, with its place', async (_what, body, pointers) => {
    const before = (await ask('GET', '/v1/holiday-calendars?limit=100')).ids;
    const answer = await makeCalendar(body);
    expect({ status: answer.status, pointers: answer.pointers }).toEqual({ status: 422, pointers });
    expect((await ask('GET', '/v1/holiday-calendars?limit=100')).ids).toEqual(before);
  });

  it('refuses a calendar in which every day of ten years is a holiday, made or edited', async () => {
    const everyDay = Array.from({ length: 3652 }, (_, past) =>
      new Date(Date.UTC(2026, 0, 1) + past * 86_400_000).toISOString().slice(0, 10),
    );
    expect((await makeCalendar(closed(...everyDay))).pointers).toEqual(['/dates']);
    const aYear = closed(...everyDay.slice(0, 365));
    expect((await makeCalendar(aYear)).errors).toMatchObject([{ code: 'too_many_working_days' }]);
    const { id } = await makeCalendar(closed());
    const edited = await ask('PATCH', `/v1/holiday-calendars/${id}`, { dates: aYear.dates });
    expect(edited.errors).toMatchObject([{ pointer: '/dates', code: 'too_many_working_days' }]);
  });
});

describe('public holidays of a country', () => {
  it('are kept as they are known, with years and edition, and taken anew on request', async () => {
    const made = await makeCalendar({ country: 'US', region: 'CA' });
    expect(made.body).toMatchObject({
      name: 'United States of America, California',
      country: 'US',
      region: 'CA',
      firstYear: 2025,
      lastYear: 2029,
    });
    expect(made.body['dataVersion']).toMatch(/^date-holidays \d/);
    expect(made.body['dates']).toContainEqual({ date: '2026-11-26', name: 'Thanksgiving Day' });
    const path = `/v1/holiday-calendars/${made.id}`;
    const edit = await ask('PATCH', path, { dates: [] });
    expect(edit).toMatchObject({ status: 422, pointers: ['/dates'] });
    expect((await ask('PATCH', path, { name: 'West' })).body['name']).toBe('West');
    now = '2028-03-01T00:00:00.000Z';
    const again = await ask('POST', `${path}/refresh`, {});
    expect(again.body).toMatchObject({ name: 'West', firstYear: 2027, lastYear: 2031, version: 3 });
    expect(again.body['dates']).toContainEqual({ date: '2031-11-27', name: 'Thanksgiving Day' });
    const years = { firstYear: 2026, lastYear: 2026 };
    const narrow = await ask('POST', `${path}/refresh`, { years });
    expect(narrow.body).toMatchObject(years);
  });

  it('cannot be taken anew for dates of one’s own', async () => {
    const { id } = await makeCalendar(closed('2026-12-24'));
    const path = `/v1/holiday-calendars/${id}/refresh`;
    const late = await ask('POST', path, {}, { 'If-Match': '"7"' });
    expect(late).toMatchObject({ status: 412 });
    const answer = await ask('POST', path, {});
    expect(answer).toMatchObject({ status: 409, code: 'NO_PUBLIC_HOLIDAYS' });
  });

  it('are listed by country and region', async () => {
    const answer = await ask('GET', '/v1/holiday-calendars/countries?country=US');
    expect(answer.body['countries']).toMatchObject([{ country: 'US' }]);
    const all = await ask('GET', '/v1/holiday-calendars/countries');
    expect(JSON.stringify(all.body)).toContain('"BY-A"');
  });
});

describe('a sequence with a holiday calendar', () => {
  it('SET-02 worked date 20: its follow-up of Wednesday is on Friday, and says why', async () => {
    const calendar = await makeCalendar({ country: 'US' });
    const sequence = await makeSequence({ holidayCalendarIds: [calendar.id] });
    const path = await enrollIn(sequence);
    const skipped = await ask('POST', `${path}/skip-step`, {});
    expect(skipped.body['nextAction']).toMatchObject({
      at: '2026-11-27T22:00:00.000Z',
      why: [{ rule: 'delay' }, { rule: 'holiday', on: '2026-11-26', movedTo: '2026-11-27' }],
    });
    expect(skipped.body['explanation']).toContain('Thu 26 Nov is a holiday → Fri 27 Nov');
    // Pausing and resuming plans by the same calendar.
    await ask('POST', `${path}/pause`, {});
    const resumed = await ask('POST', `${path}/resume`, {});
    expect(resumed.body['nextAction']).toMatchObject({ at: '2026-11-27T22:00:00.000Z' });
  });

  it('SET-02 SET-01: has none by default, and the first step runs on a holiday', async () => {
    const path = await enrollIn(await makeSequence({}));
    const skipped = await ask('POST', `${path}/skip-step`, {});
    expect(skipped.body['nextAction']).toMatchObject({ at: '2026-11-26T22:00:00.000Z' });
    const calendar = await makeCalendar(closed('2026-11-25'));
    const first = await enrollIn(await makeSequence({ holidayCalendarIds: [calendar.id] }));
    expect((await ask('GET', first)).body['nextAction']).toMatchObject({ at: wednesday });
  });

  it('TSK-11: after a completed task the delay counts by the calendar too, of several', async () => {
    const one = await makeCalendar(closed('2026-11-26'));
    const other = await makeCalendar(closed('2026-11-27', '2026-11-30'));
    const sequence = await makeSequence({ holidayCalendarIds: [one.id, other.id] }, [
      callStep('call', 0),
      emailStep('mail', 1),
    ]);
    const path = await enrollIn(sequence);
    const skipped = await ask('POST', `${path}/skip-step`, {});
    expect(skipped.body['nextAction']).toMatchObject({ at: '2026-12-01T22:00:00.000Z' });
  });

  it('SET-22: an edited calendar changes what is planned from then on, not what is planned', async () => {
    const calendar = await makeCalendar(closed('2026-11-26'));
    const sequence = await makeSequence({ holidayCalendarIds: [calendar.id] });
    const planned = await enrollIn(sequence);
    await ask('POST', `${planned}/skip-step`, {});
    const next = await enrollIn(sequence);
    await ask('PATCH', `/v1/holiday-calendars/${calendar.id}`, closed('2026-11-26', '2026-11-27'));
    expect((await ask('GET', planned)).body['nextAction']).toMatchObject({
      at: '2026-11-27T22:00:00.000Z',
    });
    const skipped = await ask('POST', `${next}/skip-step`, {});
    expect(skipped.body['nextAction']).toMatchObject({ at: '2026-11-30T22:00:00.000Z' });
  });

  it('refuses a calendar that there is not, one named twice, and more than five', async () => {
    const unknown = '0192f0c1-0000-7000-8000-000000000000';
    const { id } = await makeCalendar(closed());
    const save = (holidayCalendarIds: readonly string[]) =>
      ask('POST', '/v1/sequences', {
        name: 'S',
        steps: [emailStep('one', 0)],
        settings: { holidayCalendarIds },
      });
    expect(await save([id, unknown])).toMatchObject({
      status: 422,
      pointers: ['/settings/holidayCalendarIds/1'],
    });
    expect((await save([id, id])).pointers).toEqual(['/settings/holidayCalendarIds/1']);
    expect((await save(Array<string>(6).fill(id))).pointers).toEqual([
      '/settings/holidayCalendarIds',
    ]);
    const sequence = await makeSequence({});
    const edited = await ask('PATCH', `/v1/sequences/${sequence.id}`, {
      settings: { holidayCalendarIds: [unknown] },
    });
    expect(edited.pointers).toEqual(['/settings/holidayCalendarIds/0']);
  });

  it('keeps its calendar from being deleted while a version or a live enrollment needs it', async () => {
    const calendar = await makeCalendar(closed('2026-11-26'));
    const path = `/v1/holiday-calendars/${calendar.id}`;
    const sequence = await makeSequence({ holidayCalendarIds: [calendar.id] });
    const enrollment = await enrollIn(sequence);
    const use = { sequenceId: sequence.id, name: 'S', activeEnrollments: 1 };
    const refused = await ask('DELETE', path);
    expect(refused).toMatchObject({ status: 409, code: 'HOLIDAY_CALENDAR_IN_USE' });
    expect(refused.body['sequences']).toEqual([{ ...use, current: true }]);
    await ask('PATCH', `/v1/sequences/${sequence.id}`, { settings: { holidayCalendarIds: [] } });
    expect((await ask('DELETE', path)).body['sequences']).toEqual([{ ...use, current: false }]);
    await ask('POST', `${enrollment}/unenroll`, {});
    expect((await ask('DELETE', path)).status).toBe(200);
    const restored = await ask(
      'POST',
      `/v1/sequences/${sequence.id}/versions/1/restore`,
      {},
      {
        'if-match': '*',
      },
    );
    expect(restored).toMatchObject({ status: 422, pointers: ['/version'] });
  });

  it('is never saved with a calendar that is deleted at that moment', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id } = await makeCalendar(closed());
      const [saved, deleted] = await Promise.all([
        ask('POST', '/v1/sequences', {
          name: 'S',
          steps: [emailStep('one', 0)],
          settings: { holidayCalendarIds: [id] },
        }),
        ask('DELETE', `/v1/holiday-calendars/${id}`),
      ]);
      expect([saved.status, deleted.status]).toEqual(
        saved.status === 201 ? [201, 409] : [422, 200],
      );
    }
  });

  it('shows the setting in the difference between versions', async () => {
    const { id } = await makeCalendar(closed());
    const sequence = await makeSequence({});
    await ask('PATCH', `/v1/sequences/${sequence.id}`, { settings: { holidayCalendarIds: [id] } });
    const difference = await ask('GET', `/v1/sequences/${sequence.id}/versions/1/difference`);
    expect(JSON.stringify(difference.body)).toContain(id);
  });
});
