import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contacts, enrollments } from '../../../src/db/schema/index.js';
import { suppress } from '../../../src/db/queries/suppressions.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';

const now = '2026-11-26T22:00:00.000Z';
const mailStep = (id: string, html: string, delayDays = 0): object => ({
  id,
  kind: 'automated_email',
  ...(delayDays > 0 && { delayDays }),
  email: { subject: 'Hello {{contact.firstName|there}}', html },
});

describe('POST /v1/enrollments', () => {
  let api: TestApi;
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
  const user = async (externalId: string, fields: object = {}): Promise<string> => {
    const email = `${externalId}@sender.example`;
    return make('/v1/users', { email, externalId, name: externalId, timeZone: 'UTC', ...fields });
  };
  const mailbox = (userId: string, fields: object = {}): Promise<string> =>
    make('/v1/mailboxes', {
      userId,
      address: `${randomUUID()}@sender.example`,
      smtp: { host: 'localhost', port: 25, security: 'none' },
      ...fields,
    });
  const contact = (fields: object = {}): Promise<string> =>
    make('/v1/contacts', { email: `${randomUUID()}@contact.example`, ...fields });
  const enroll = async (fields: object = {}, headers: object = {}): Promise<ApiAnswer> =>
    api.request(
      'POST',
      '/v1/enrollments',
      {
        sequenceId,
        ...('contact' in fields ? {} : { contact: { id: await contact() } }),
        ...fields,
      },
      { ...as, ...headers },
    );

  beforeAll(async () => {
    api = await startApi({ now: () => now, capabilities: ['linkedin_sales_navigator'] });
    await mailbox(await user('ada', { timeZone: 'Europe/Berlin' }));
    sequenceId = await make('/v1/sequences', {
      name: 'Outbound',
      sharing: { everyone: 'use' },
      steps: [mailStep('intro', '<p>Hi</p>'), mailStep('nudge', '<p>Again</p>', 2)],
    });
  });
  afterAll(() => api.close());

  it('ENR-18 ENR-12 SET-12: commits the enrollment and runs its first step at once', async () => {
    const answer = await enroll();
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/v1/enrollments/${answer.id}`);
    expect(answer.body).toMatchObject({
      state: 'active',
      reason: null,
      timeZone: 'Europe/Berlin',
      currentStep: { id: 'intro', position: 1 },
      nextAction: { at: now, why: [{ rule: 'at_once' }] },
      explanation: 'Runs step 1 (automated email) on Thu 26 Nov 2026 23:00 Berlin: at once',
    });
  });

  it('ENR-01 ENR-11: a contact is named by id, externalId or email', async () => {
    const externalId = randomUUID();
    await contact({ externalId });
    expect((await enroll({ contact: { externalId } })).status).toBe(201);
    const email = `${randomUUID()}@contact.example`;
    await contact({ email });
    expect((await enroll({ contact: { email: email.toUpperCase() } })).status).toBe(201);
  });

  it('ENR-01 ENR-02 ENR-10: keeps where a contact was enrolled from, shows it and finds by it', async () => {
    const listed = async (query: string) =>
      (await api.request('GET', `/v1/enrollments?${query}`)).ids;
    for (const source of [
      ...[{ kind: 'sequence', id: sequenceId }, { kind: 'record' }, { kind: 'contacts_index' }],
      ...[{ kind: 'chrome_extension' }, { kind: 'outlook_extension' }],
      ...[
        { kind: 'office365_extension', id: 'message 7' },
        { kind: 'workflow', id: 'w1' },
      ],
      // These enroll through a contact alone.
      { kind: 'company', id: await make('/v1/companies', { name: 'Acme' }) },
      ...[{ kind: 'deal', id: 'D-1' }, { kind: 'ticket', id: 'T-1' }, { kind: 'custom_object' }],
    ]) {
      const { id, body } = await enroll({ source });
      expect(body['source']).toEqual({ id: null, text: null, ...source });
      const which = 'id' in source ? `&sourceId=${encodeURIComponent(source.id)}` : '';
      expect(await listed(`sourceKind=${source.kind}${which}`)).toEqual([id]);
    }
    expect(await listed('sourceKind=deal&sourceId=D-2')).toEqual([]);
    expect((await enroll()).body['source']).toEqual({ kind: 'api', id: null, text: null });
    for (const [source, pointer] of [
      [{ kind: 'telepathy' }, '/source/kind'],
      ['list', '/source'],
      [{ kind: 'deal', id: '' }, '/source/id'],
      [{ kind: 'deal', name: 'Big' }, '/source/name'],
    ]) {
      expect(await enroll({ source })).toMatchObject({ status: 422, pointers: [pointer] });
    }
    for (const kind of ['list', 'company', 'sequence']) {
      for (const id of [randomUUID(), 'no id']) {
        const answer = await enroll({ source: { kind, id } });
        expect(answer).toMatchObject({ status: 404, pointers: ['/source/id'] });
      }
    }
  });

  it('ENR-01: shows the text that an earlier release kept as a source, and finds it', async () => {
    const { id } = await enroll();
    await api.db.update(enrollments).set({ source: 'Trade fair' }).where(eq(enrollments.id, id));
    const { body } = await api.request('GET', `/v1/enrollments/${id}`);
    expect(body['source']).toEqual({ kind: 'other', id: null, text: 'Trade fair' });
    expect((await api.request('GET', '/v1/enrollments?sourceKind=other')).ids).toEqual([id]);
    await api.db.update(enrollments).set({ source: 'list' }).where(eq(enrollments.id, id));
    expect((await api.request('GET', '/v1/enrollments?sourceKind=list')).ids).toEqual([id]);
  });

  it('ENR-19: changes nothing of the contact, such as its lifecycle stage', async () => {
    const properties = { lifecycleStage: 'lead', score: 7 };
    const id = await contact({ firstName: 'Ada', properties });
    const stored = () => api.db.select().from(contacts).where(eq(contacts.id, id));
    const before = await stored();
    expect((await enroll({ contact: { id } })).status).toBe(201);
    expect(before).toMatchObject([{ properties }]);
    expect(await stored()).toEqual(before);
  });

  it('ERR-03 ENR-09: refuses a contact in a sequence and names where', async () => {
    const chosen = { contact: { id: await contact() } };
    const first = await enroll(chosen);
    const second = await enroll(chosen);
    expect(second).toMatchObject({ status: 409, code: 'ALREADY_ENROLLED' });
    expect(second.body).toMatchObject({
      scope: 'contact',
      retryable: false,
      enrollment: { id: first.id, sequenceId, sequenceName: 'Outbound' },
    });
  });

  it('ERR-04 ENR-24: refuses a contact without an address', async () => {
    const answer = await enroll({ contact: { id: await contact({ email: null }) } });
    expect(answer).toMatchObject({ status: 422, code: 'NO_EMAIL' });
  });

  it('ERR-05 ENR-25: refuses an address that bounced, whatever its case', async () => {
    const name = randomUUID();
    const id = await contact({ email: `${name}@Contact.Example` });
    await api.db.transaction((tx) =>
      suppress(tx, api.accountId, {
        address: `${name}@contact.example`,
        reason: 'bounced',
        createdBy: { kind: 'system' },
        createdAt: now,
      }),
    );
    expect(await enroll({ contact: { id } })).toMatchObject({
      status: 422,
      code: 'PREVIOUSLY_BOUNCED',
    });
  });

  it('ERR-09 ENR-14 ENR-15: refuses missing tokens and lists each with its place', async () => {
    const wanting = await make('/v1/sequences', {
      name: 'Tokens',
      steps: [
        mailStep('intro', '<p>{{contact.city}} and {{company.name}}</p>'),
        { id: 'call', kind: 'call', delayDays: 1, title: 'Call {{contact.phone}}' },
      ],
    });
    const answer = await enroll({ sequenceId: wanting });
    expect(answer).toMatchObject({ status: 422, code: 'MISSING_TOKENS' });
    expect(answer.body['missingTokens']).toEqual([
      { stepId: 'intro', field: 'html', token: 'contact.city' },
      { stepId: 'intro', field: 'html', token: 'company.name' },
      { stepId: 'call', field: 'title', token: 'contact.phone' },
    ]);
    const companyId = await make('/v1/companies', { name: 'Acme' });
    const properties = { city: 'Oslo', phone: '+47 1' };
    const id = await contact({ companyId, properties });
    expect((await enroll({ sequenceId: wanting, contact: { id } })).status).toBe(201);
  });

  it('SET-16 SET-18 SET-19 SET-20 worked date 11: whose zone is it', async () => {
    const withZone = { contact: { id: await contact({ timeZone: 'Asia/Kolkata' }) } };
    const zoneOf = async (fields: object): Promise<unknown> =>
      (await enroll(fields)).body['timeZone'];
    expect(await zoneOf({ useContactTimeZone: true })).toBe('Europe/Berlin');
    expect(await zoneOf({ ...withZone, useContactTimeZone: true })).toBe('Asia/Kolkata');
    const other = { contact: { id: await contact({ timeZone: 'Asia/Kolkata' }) } };
    expect(await zoneOf(other)).toBe('Europe/Berlin');
    expect(await zoneOf({ timeZone: 'America/New_York' })).toBe('America/New_York');
  });

  it('SET-10: refuses a zone that is none', async () => {
    const answer = await enroll({ timeZone: 'Mars/Olympus' });
    expect(answer).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' });
    expect(answer.pointers).toEqual(['/timeZone']);
  });

  it('ENR-17: the From address is one of the sender, and theirs alone', async () => {
    const senderId = await user('bo');
    const mailboxId = await mailbox(senderId);
    const sender = { externalId: 'bo' };
    expect((await enroll({ sender, mailboxId })).body).toMatchObject({ senderId, mailboxId });
    expect(await enroll({ mailboxId })).toMatchObject({ code: 'SENDER_NOT_ELIGIBLE' });
  });

  it('ERR-07 ENR-05: refuses a sender without a seat, without a mailbox, or with a team address', async () => {
    await mailbox(await user('seatless', { hasSeat: false }));
    await user('mailless');
    const teamId = await mailbox(await user('teamed'), { kind: 'team' });
    for (const fields of [
      { sender: { externalId: 'seatless' } },
      { sender: { externalId: 'mailless' } },
      { sender: { externalId: 'teamed' }, mailboxId: teamId },
      { sender: { externalId: 'teamed' } },
    ]) {
      expect(await enroll(fields)).toMatchObject({ status: 422, code: 'SENDER_NOT_ELIGIBLE' });
    }
  });

  it('ENR-03 ENR-04 ENR-06: refuses an acting user who may not enroll', async () => {
    const sender = { externalId: 'ada' };
    await user('no-permission', { permissions: [] });
    for (const name of ['no-permission', 'mailless', 'seatless']) {
      expect(await enroll({ sender }, { 'cadenza-user': name })).toMatchObject({
        status: 403,
        code: 'ENROLLER_NOT_ELIGIBLE',
      });
    }
  });

  it('TSK-01: tasks go to the acting user, or to whom the request names', async () => {
    const { body } = await enroll({ sender: { externalId: 'bo' } });
    expect(body['taskAssigneeId']).toBe(body['enrolledById']);
    const other = await enroll({ taskAssignee: { externalId: 'bo' } });
    expect(other.body['taskAssigneeId']).toBe(body['senderId']);
  });

  it.each([
    [{ sequenceId: randomUUID() }, '/sequenceId'],
    [{ contact: { id: randomUUID() } }, '/contact'],
    [{ sender: { externalId: 'nobody' } }, '/sender'],
    [{ taskAssignee: { email: 'nobody@sender.example' } }, '/taskAssignee'],
    [{ mailboxId: randomUUID() }, '/mailboxId'],
  ])('answers 404 for the unknown in %o, and points to it', async (fields, pointer) => {
    const answer = await enroll(fields);
    expect(answer).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(answer.pointers).toEqual([pointer]);
  });

  it('needs an acting user', async () => {
    const body = { sequenceId, contact: { id: await contact() } };
    expect(await api.request('POST', '/v1/enrollments', body)).toMatchObject({
      status: 400,
      code: 'ACTING_USER_REQUIRED',
    });
  });

  it('gives a repeat the stored answer, and refuses the key for another body', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const chosen = { contact: { id: await contact() } };
    const first = await enroll(chosen, headers);
    const repeat = await enroll(chosen, headers);
    expect(repeat.status).toBe(201);
    expect(repeat.body).toEqual(first.body);
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
    expect(await enroll({ contact: { id: await contact() } }, headers)).toMatchObject({
      status: 422,
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('leaves nothing behind when it refuses', async () => {
    const id = await contact({ email: null });
    await enroll({ contact: { id } });
    const { rows } = await api.db.execute(
      sql`select count(*)::int as n from enrollments where contact_id = ${id}`,
    );
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe('an enrollment over the API', () => {
  let api: TestApi;
  const as = { 'cadenza-user': 'ada' };
  const enrolled: string[] = [];
  const post = (path: string, body: object = {}): Promise<ApiAnswer> =>
    api.request('POST', path, body, as);

  beforeAll(async () => {
    let minute = 0;
    api = await startApi({
      // Each call comes a minute after the one before it.
      now: () => new Date(Date.parse(now) + (minute += 1) * 60_000).toISOString(),
    });
    const email = 'ada@sender.example';
    const ada = { email, externalId: 'ada', name: 'Ada', timeZone: 'UTC' };
    const { id: userId } = await api.request('POST', '/v1/users', ada);
    const smtp = { host: 'localhost', port: 25, security: 'none' };
    await post('/v1/mailboxes', { userId, address: email, smtp });
    const steps = [mailStep('intro', '<p>Hi</p>'), mailStep('nudge', '<p>Again</p>', 2)];
    const { id: sequenceId } = await post('/v1/sequences', { name: 'Outbound', steps });
    for (let index = 0; index < 5; index += 1) {
      const contact = await post('/v1/contacts', { email: `c${index}@contact.example` });
      const answer = await post('/v1/enrollments', { sequenceId, contact: { id: contact.id } });
      enrolled.push(answer.id);
    }
  });
  afterAll(() => api.close());

  it('is listed by its latest change, page by page, without a gap', async () => {
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const after = next === undefined ? '' : `&after=${next}`;
      const page = await api.request('GET', `/v1/enrollments?limit=2&sort=updatedAt${after}`);
      seen.push(...page.ids);
      next = page.next;
    } while (next !== undefined);
    expect(seen).toEqual(enrolled);
    const newest = await api.request('GET', '/v1/enrollments?limit=5');
    expect(newest.ids).toEqual([...enrolled].reverse());
  });

  it('is filtered by state, change and contact', async () => {
    const [first = '', second = ''] = enrolled;
    await post(`/v1/enrollments/${first}/pause`);
    const { ids } = await api.request('GET', '/v1/enrollments?state=paused,waiting_task');
    expect(ids).toEqual([first]);
    const { body } = await api.request('GET', `/v1/enrollments/${second}`);
    const at = encodeURIComponent(String(body['changedAt']));
    const since = await api.request('GET', `/v1/enrollments?updatedAt[gte]=${at}&state=active`);
    expect([...since.ids].sort()).toEqual(enrolled.slice(1));
    const one = await api.request('GET', `/v1/enrollments?contactId=${String(body['contactId'])}`);
    expect(one.ids).toEqual([second]);
    const bad = await api.request('GET', '/v1/enrollments?state=asleep');
    expect(bad).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' });
  });

  it('refuses a cursor of another filter', async () => {
    const { next } = await api.request('GET', '/v1/enrollments?limit=2');
    const other = await api.request('GET', `/v1/enrollments?state=active&after=${next ?? ''}`);
    expect(other).toMatchObject({ status: 400, code: 'INVALID_CURSOR' });
  });

  it('refuses what its state does not allow, and says how to mend it', async () => {
    const [, , third = ''] = enrolled;
    const resume = await post(`/v1/enrollments/${third}/resume`);
    expect(resume).toMatchObject({ status: 409, code: 'INVALID_STATE' });
    await post(`/v1/enrollments/${third}/unenroll`);
    for (const verb of ['pause', 'resume', 'unenroll', 'skip-step']) {
      const late = await post(`/v1/enrollments/${third}/${verb}`);
      expect(late).toMatchObject({ status: 409, code: 'ENROLLMENT_ENDED' });
      expect(late.body['detail']).toContain('enroll the contact again');
    }
  });

  it('tells its whole history, page by page', async () => {
    const [first = ''] = enrolled;
    await post(`/v1/enrollments/${first}/resume`);
    await post(`/v1/enrollments/${first}/skip-step`, { stepId: 'intro' });
    const path = `/v1/enrollments/${first}/timeline?limit=2`;
    const page = await api.request('GET', path);
    const rest = await api.request('GET', `${path}&after=${page.next ?? ''}`);
    const types = [page, rest].flatMap(({ body }) =>
      Array.isArray(body['results'])
        ? body['results'].map(({ type }: { type: string }) => type)
        : [],
    );
    expect(types).toEqual(['enrolled', 'paused', 'resumed', 'step_skipped']);
    expect(rest.next).toBeUndefined();
  });
});
