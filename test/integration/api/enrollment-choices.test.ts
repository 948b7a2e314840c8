import { randomUUID } from 'node:crypto';
import { count, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contacts, enrollments } from '../../../src/db/schema/index.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { callStep, emailStep, fiveSteps } from '../../support/sequences.js';

/** A Thursday, 23:00 in Berlin. */
const start = '2026-11-26T22:00:00.000Z';

describe('what is chosen for one enrollment', () => {
  let api: TestApi;
  let now = start;
  let sequenceId: string;
  const as = { 'cadenza-user': 'ada' };

  const make = async (path: string, body: unknown): Promise<string> => {
    const answer = await api.request(
      'POST',
      path,
      body,
      path === '/v1/users' || path === '/v1/mailboxes' ? {} : as,
    );
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.id;
  };
  const user = (externalId: string): Promise<string> => {
    const email = `${externalId}@sender.example`;
    const fields = { email, externalId, name: externalId, timeZone: 'Europe/Berlin' };
    return make('/v1/users', fields);
  };
  const mailbox = (userId: string): Promise<string> =>
    make('/v1/mailboxes', {
      userId,
      address: `${randomUUID()}@sender.example`,
      smtp: { host: 'localhost', port: 25, security: 'none' },
    });
  const contact = (fields: object = {}): Promise<string> =>
    make('/v1/contacts', { email: `${randomUUID()}@contact.example`, ...fields });
  const enroll = async (fields: object = {}): Promise<ApiAnswer> => {
    const who = { id: await contact() };
    return api.request('POST', '/v1/enrollments', { sequenceId, contact: who, ...fields }, as);
  };
  const read = async (id: string): Promise<ApiAnswer> =>
    api.request('GET', `/v1/enrollments/${id}`);

  beforeAll(async () => {
    api = await startApi({ now: () => now, capabilities: ['linkedin_sales_navigator'] });
    await mailbox(await user('ada'));
    sequenceId = await make('/v1/sequences', fiveSteps);
  });
  afterAll(() => api.close());

  it('ENR-13: begins at the chosen step, and says of those before it that they never run', async () => {
    const answer = await enroll({ startStepId: 'call' });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        startStepId: 'call',
        currentStep: { id: 'call', position: 3 },
        nextAction: { at: start, why: [{ rule: 'at_once' }] },
      },
    });
    const { body } = await read(answer.id);
    expect(body['steps']).toMatchObject([
      { id: 'intro', position: 1, progress: 'before_start' },
      { id: 'follow-up', position: 2, progress: 'before_start' },
      { id: 'call', position: 3, kind: 'call', progress: 'next' },
      { id: 'connect', position: 4, progress: 'later' },
      { id: 'closing', position: 5, progress: 'later' },
    ]);
  });

  it('SET-13 SET-01: a first step later is scheduled for the exact time, on a Saturday night too', async () => {
    const answer = await enroll({ firstStepAt: '2026-11-28T23:30:15.250+01:00' });
    expect(answer.body).toMatchObject({
      state: 'scheduled',
      reason: 'first_step_later',
      firstStepAt: '2026-11-28T22:30:15.250Z',
      nextAction: { at: '2026-11-28T22:30:15.250Z', why: [{ rule: 'chosen_time' }] },
      explanation:
        'Runs step 1 (automated email) on Sat 28 Nov 2026 23:30 Berlin: at the chosen time',
    });
  });

  it('SET-13: a pause leaves the chosen time as it is; resumed after it, the step runs at once', async () => {
    const firstStepAt = '2026-11-28T22:30:00.000Z';
    const { id } = await enroll({ firstStepAt });
    const act = (name: string): Promise<ApiAnswer> =>
      api.request('POST', `/v1/enrollments/${id}/${name}`, {}, as);
    const pauseAndResumeAt = async (resumedAt: string): Promise<ApiAnswer> => {
      await act('pause');
      now = resumedAt;
      await act('resume');
      return read(id);
    };
    try {
      expect((await pauseAndResumeAt('2026-11-27T10:00:00.000Z')).body).toMatchObject({
        state: 'scheduled',
        reason: 'first_step_later',
        nextAction: { at: firstStepAt, why: [{ rule: 'chosen_time' }] },
      });
      expect((await pauseAndResumeAt('2026-11-30T10:00:00.000Z')).body).toMatchObject({
        state: 'active',
        reason: null,
        nextAction: { at: '2026-11-30T10:00:00.000Z' },
      });
    } finally {
      now = start;
    }
  });

  it('ENR-16 SEQ-17 TSK-14 SET-11: keeps what was chosen, with markup cleaned and snippets put in', async () => {
    await make('/v1/snippets', { name: 'bye', html: '<p>Best</p>' });
    const calendar = await make('/v1/holiday-calendars', {
      name: 'Closed',
      dates: [{ date: '2026-12-01', name: 'Closed' }],
    });
    const answer = await enroll({
      settings: { sendWindowStartMinute: 540, holidayCalendarIds: [calendar] },
      steps: {
        'follow-up': { delayDays: 4, html: '<p class="x">Hi</p>{{snippet.bye}}' },
        call: { title: ' Ring {{contact.firstName|them}} ', waitsForCompletion: false },
        connect: {},
      },
      tokenValues: { 'contact.firstName': 'Grace' },
      continueWithoutCompleting: true,
    });
    expect(answer.status).toBe(201);
    const { body } = await read(answer.id);
    expect(body['overrides']).toEqual({
      settings: { sendWindowStartMinute: 540, holidayCalendarIds: [calendar] },
      steps: {
        'follow-up': { delayDays: 4, html: '<p>Hi</p><p>Best</p>' },
        call: { title: 'Ring {{contact.firstName|them}}', waitsForCompletion: false },
      },
      tokenValues: { 'contact.firstName': 'Grace' },
      continueWithoutCompleting: true,
    });
    expect(body['steps']).toMatchObject([
      { id: 'intro' },
      { id: 'follow-up', delayDays: 4 },
      {},
      {},
      {},
    ]);
    const path = `/v1/holiday-calendars/${calendar}`;
    const inUse = await api.request('DELETE', path, undefined, { ...as, 'if-match': '*' });
    expect(inUse).toMatchObject({ status: 409, code: 'HOLIDAY_CALENDAR_IN_USE' });
  });

  it('keeps nothing for an enrollment that chooses nothing', async () => {
    const { id } = await enroll({ steps: {}, settings: {}, continueWithoutCompleting: false });
    expect((await read(id)).body).toMatchObject({ overrides: null, startStepId: null });
  });

  describe('bad choices are refused with the place of each, and nothing is enrolled', () => {
    const step = (stepId: string, override: object): object => ({ steps: { [stepId]: override } });
    it.each<[rule: string, fields: object, pointer: string, code: string]>([
      ['a step that there is not', step('nope', { delayDays: 1 }), '/steps/nope', 'unknown_step'],
      [
        'LIM-01: a delay of 91',
        step('call', { delayDays: 91 }),
        '/steps/call/delayDays',
        'delay_out_of_range',
      ],
      [
        'half a day',
        step('call', { delayDays: 0.5 }),
        '/steps/call/delayDays',
        'delay_out_of_range',
      ],
      [
        'SEQ-13: a delay of the first step',
        step('intro', { delayDays: 1 }),
        '/steps/intro/delayDays',
        'first_step_delay',
      ],
      [
        'a title for an email',
        step('intro', { title: 'x' }),
        '/steps/intro/title',
        'not_for_this_kind',
      ],
      [
        'an email for a call',
        step('call', { html: '<p>x</p>' }),
        '/steps/call/html',
        'not_for_this_kind',
      ],
      ['a blank title', step('call', { title: ' ' }), '/steps/call/title', 'required'],
      [
        'active content',
        step('intro', { html: '<script>x</script>' }),
        '/steps/intro/html',
        'active_content',
      ],
      [
        'an unknown snippet',
        step('call', { notes: '{{snippet.no}}' }),
        '/steps/call/notes',
        'token_unknown_snippet',
      ],
      [
        'a token that is none',
        step('intro', { subject: 'Hi {{deal.name}}' }),
        '/steps/intro/subject',
        'token_unknown_root',
      ],
      [
        'a window across midnight',
        { settings: { sendWindowStartMinute: 1200 } },
        '/settings/sendWindowStartMinute',
        'window_crosses_midnight',
      ],
      [
        'a minute that no day has',
        { settings: { taskCreationMinute: 1440 } },
        '/settings/taskCreationMinute',
        'minute_out_of_range',
      ],
      [
        'an unknown calendar',
        { settings: { holidayCalendarIds: [randomUUID()] } },
        '/settings/holidayCalendarIds/0',
        'not_found',
      ],
      [
        'a setting that is the sequence’s alone',
        { settings: { unenrollCompany: true } },
        '/settings/unenrollCompany',
        'unknown_field',
      ],
      [
        'SET-13: a first step in the past',
        { firstStepAt: '2026-11-26T21:59:59Z' },
        '/firstStepAt',
        'in_the_past',
      ],
      [
        'a first step in two years',
        { firstStepAt: '2028-11-26T21:59:59Z' },
        '/firstStepAt',
        'too_far_ahead',
      ],
      [
        'a value for no token',
        { tokenValues: { 'contact.firstname': 'x' } },
        '/tokenValues/contact.firstname',
        'token_unknown_property',
      ],
      [
        'a blank value',
        { tokenValues: { 'contact.firstName': ' ' } },
        '/tokenValues/contact.firstName',
        'required',
      ],
      [
        'an id that a pointer must escape',
        step('a/b', { tokenValues: {} }),
        '/steps/a~1b',
        'unknown_step',
      ],
      [
        'SET-09: a zone that there is not',
        { timeZone: 'Mars/Phobos' },
        '/timeZone',
        'unknown_time_zone',
      ],
    ])('%s', async (_rule, fields, pointer, code) => {
      const id = await contact();
      const answer = await enroll({ contact: { id }, ...fields });
      expect(answer).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' });
      expect(answer.body['errors']).toMatchObject([{ in: 'body', pointer, code }]);
      const [rows] = await api.db
        .select({ total: count() })
        .from(enrollments)
        .where(eq(enrollments.contactId, id));
      expect(rows?.total).toBe(0);
      expect((await enroll({ contact: { id } })).status).toBe(201);
    });

    it('all that is wrong is told at once, and where in a text', async () => {
      const answer = await enroll({
        firstStepAt: start.replace('2026', '2025'),
        ...step('intro', { html: '<p>{{contact.firstName}} {{x}}</p>', delayDays: 2 }),
      });
      expect(answer.body['errors']).toMatchObject([
        { pointer: '/firstStepAt' },
        { pointer: '/steps/intro/delayDays' },
        { pointer: '/steps/intro/html', position: 25 },
      ]);
    });

    it('ENR-13: a start step past the end', async () => {
      const answer = await enroll({ startStepId: 'sixth' });
      expect(answer).toMatchObject({ status: 422, code: 'STEP_NOT_FOUND' });
      expect(answer.body).toMatchObject({
        scope: 'sequence',
        errors: [{ pointer: '/startStepId', code: 'not_found' }],
      });
      expect(answer.body['detail']).toContain('"sixth"');
    });
  });

  it('ENR-14 ERR-09: values that are typed in count, for all steps or one; steps before the start want none', async () => {
    const wanting = await make('/v1/sequences', {
      name: 'Wanting',
      steps: [
        { ...emailStep('one', 0), email: { subject: 'A', html: '<p>{{contact.city}}</p>' } },
        callStep('two', 1),
        { ...emailStep('three', 1), email: { subject: 'C', html: '<p>{{contact.plan}}</p>' } },
      ],
    });
    const missing = async (fields: object): Promise<unknown> => {
      const { status, body } = await enroll({ sequenceId: wanting, ...fields });
      return status === 201 ? [] : body['missingTokens'];
    };
    const city = { stepId: 'one', field: 'html', token: 'contact.city' };
    const plan = { stepId: 'three', field: 'html', token: 'contact.plan' };
    expect(await missing({})).toEqual([city, plan]);
    expect(await missing({ startStepId: 'two' })).toEqual([plan]);
    expect(await missing({ tokenValues: { 'contact.city': 'Bonn' } })).toEqual([plan]);
    // A value of one step is none for the others.
    const inOne = { 'contact.city': 'Bonn', 'contact.plan': 'Pro' };
    expect(await missing({ steps: { one: { tokenValues: inOne } } })).toEqual([plan]);
    expect(await missing({ tokenValues: inOne })).toEqual([]);
    const own = { steps: { three: { html: '<p>No token</p>' } }, startStepId: 'two' };
    expect(await missing(own)).toEqual([]);
  });

  it('ENR-17: refuses a mailbox of somebody else, and one of another account like an unknown one', async () => {
    const theirs = await mailbox(await user('grace'));
    expect(await enroll({ mailboxId: theirs })).toMatchObject({
      status: 422,
      code: 'SENDER_NOT_ELIGIBLE',
    });
    expect(await enroll({ mailboxId: randomUUID() })).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  it('SET-09: an enrollment keeps its zone, whatever becomes of the contact’s', async () => {
    const id = await contact({ timeZone: 'Asia/Tokyo' });
    const chosen = { contact: { id }, useContactTimeZone: true };
    const { id: enrollmentId } = await enroll({ ...chosen, firstStepAt: '2026-11-27T08:00:00Z' });
    const zoneAfter = async (timeZone: string): Promise<unknown> => {
      await api.db.update(contacts).set({ timeZone }).where(eq(contacts.id, id));
      const { status, body } = await read(enrollmentId);
      expect(status).toBe(200);
      expect(body['explanation']).toContain('17:00 Tokyo');
      return body['timeZone'];
    };
    expect(await zoneAfter('America/New_York')).toBe('Asia/Tokyo');
    // One that a later release of the zone data does not know any more.
    expect(await zoneAfter('Mars/Phobos')).toBe('Asia/Tokyo');
  });

  it('SET-16 SET-19: a contact’s zone that is none any more counts as none', async () => {
    const id = await contact({ timeZone: 'Asia/Tokyo' });
    await api.db.update(contacts).set({ timeZone: 'Mars/Phobos' }).where(eq(contacts.id, id));
    const answer = await enroll({ contact: { id }, useContactTimeZone: true });
    expect(answer).toMatchObject({ status: 201, body: { timeZone: 'Europe/Berlin' } });
  });

  it('takes what was written for a contact alone away with the contact', async () => {
    const id = await contact();
    const answer = await enroll({ contact: { id }, tokenValues: { 'contact.firstName': 'Grace' } });
    await api.request('DELETE', `/v1/contacts/${id}`, {}, as);
    const [row] = await api.db.select().from(enrollments).where(eq(enrollments.id, answer.id));
    expect(row).toMatchObject({ state: 'unenrolled', overrides: null });
  });
});
