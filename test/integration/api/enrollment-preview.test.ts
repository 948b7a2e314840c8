import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { previewReply } from '../../../src/api/shapes/enrollment-preview.js';
import { emailSends, enrollments, sendSlots, outbox } from '../../../src/db/schema/index.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { callStep, emailStep } from '../../support/sequences.js';

// Thursday 17:00 in New York.
const now = '2026-11-26T22:00:00.000Z';
const newYork = 'America/New_York';

let api: TestApi;
let user: string;
let mailboxId: string;
let sequenceId: string;
beforeAll(async () => {
  api = await startApi({ now: () => now });
  user = await make('/v1/users', { email: 'ada@s.example', name: 'Ada', timeZone: newYork });
  mailboxId = await newMailbox(user);
  sequenceId = await newSequence([emailStep('intro', 0), emailStep('nudge', 3, 'intro')]);
});
afterAll(() => api.close());

const asUser = () => ({ 'cadenza-user': user });

async function make(path: string, body: unknown): Promise<string> {
  const answer = await api.request(
    'POST',
    path,
    body,
    path === '/v1/users' || path === '/v1/mailboxes' ? {} : asUser(),
  );
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.id;
}

const newMailbox = (userId: string) =>
  make('/v1/mailboxes', {
    userId,
    address: `${randomUUID()}@s.example`,
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
const newSequence = (steps: readonly object[], settings: object = {}) =>
  make('/v1/sequences', { name: 'Outbound', steps, settings });
const newContact = (fields: object = {}) =>
  make('/v1/contacts', { email: `${randomUUID()}@c.example`, ...fields });

const ask = (body: object): Promise<ApiAnswer> =>
  api.request('POST', '/v1/enrollments/preview', { sequenceId, ...body }, asUser());

async function preview(body: object): Promise<z.output<typeof previewReply>> {
  const answer = await ask(body);
  expect([answer.status, answer.errors]).toEqual([200, []]);
  return previewReply.parse(answer.body);
}

describe('POST /v1/enrollments/preview', () => {
  it('worked date 1: tells choices and each step’s date with its rules, and writes nothing', async () => {
    const contact = { id: await newContact() };
    const { results, eligible, refused } = await preview({ contact });
    expect({ eligible, refused }).toEqual({ eligible: 1, refused: 0 });
    const [result] = results;
    expect(result).toMatchObject({
      status: 'eligible',
      choices: { timeZone: newYork, senderId: user, mailboxId, taskAssigneeId: user },
      firstSend: { at: now, local: '2026-11-26T17:00:00.000-05:00', limit: null },
      missingTokens: [],
    });
    expect(result?.steps).toMatchObject([
      { stepId: 'intro', plannedAt: now, because: 'at once' },
      {
        stepId: 'nudge',
        plannedLocal: '2026-12-01T17:00:00.000-05:00',
        because: '3 business days after Thu 26 Nov 17:00; Sat 28 Nov is a weekend → Mon 30 Nov',
      },
    ]);
    for (const table of [enrollments, emailSends, sendSlots, outbox]) {
      expect(await api.db.$count(table)).toBe(0);
    }
  });

  it('ENR-14 ENR-15: lists every missing token by step and field, and refuses as enrolling does', async () => {
    const steps = [
      emailStep('one', 0),
      { ...callStep('call', 1), title: 'Call {{contact.lastName}}', notes: '{{contact.floor}}' },
    ];
    const id = await newSequence(steps);
    const contact = { id: await newContact() };
    const { results } = await preview({ sequenceId: id, contact });
    const missing = [
      { stepId: 'call', field: 'title', token: 'contact.lastName' },
      { stepId: 'call', field: 'notes', token: 'contact.floor' },
    ];
    expect(results[0]?.missingTokens).toEqual(missing);
    expect(results[0]?.refusal).toMatchObject({ code: 'MISSING_TOKENS', missingTokens: missing });
    const enrolled = await api.request(
      'POST',
      '/v1/enrollments',
      { sequenceId: id, contact },
      asUser(),
    );
    expect(enrolled.body).toMatchObject({
      code: results[0]?.refusal?.code,
      detail: results[0]?.refusal?.detail,
    });
  });

  it('ENR-24 ENR-25 ERR-03: judges many, each in its own zone; one that is refused hurts no other', async () => {
    const tokyo = await newContact({ timeZone: 'Asia/Tokyo' });
    const bare = await newContact({ email: null });
    const live = await newContact();
    await make('/v1/enrollments', { sequenceId, contact: { id: live } });
    await make('/v1/suppressions', { address: 'gone@c.example', reason: 'blocked' });
    const blocked = await newContact({ email: 'gone@c.example' });
    const unknown = randomUUID();
    const contacts = [tokyo, bare, live, blocked, unknown].map((id) => ({ id }));
    const { results, eligible } = await preview({ contacts, useContactTimeZone: true });
    expect(eligible).toBe(1);
    expect(results.map(({ index, refusal }) => [index, refusal?.code])).toEqual([
      [0, undefined],
      [1, 'NO_EMAIL'],
      [2, 'ALREADY_ENROLLED'],
      [3, 'BLOCKED_ADDRESS'],
      [4, 'NOT_FOUND'],
    ]);
    expect(results[0]?.choices?.timeZone).toBe('Asia/Tokyo');
    // 07:00 in Tokyo: before the window on Wednesday.
    expect(results[0]?.steps[1]?.plannedLocal).toBe('2026-12-02T08:00:00.000+09:00');
    expect(results[4]).toMatchObject({ contactId: null, choices: null, steps: [] });
    expect(results[1]?.steps).toHaveLength(2);
  });

  it('2.6: POST /v1/enrollments?dryRun=true is the preview of that contact, and enrolls nobody', async () => {
    for (const fields of [{}, { email: null }]) {
      const contact = { id: await newContact(fields) };
      const path = '/v1/enrollments?dryRun=true';
      const tried = await api.request('POST', path, { sequenceId, contact }, asUser());
      expect(tried.status).toBe(200);
      expect(tried.body).toEqual((await ask({ contact })).body);
      const listed = await api.request('GET', `/v1/enrollments?contactId=${contact.id}`);
      expect(listed.ids).toEqual([]);
    }
    const body = { sequenceId: randomUUID(), contact: { id: randomUUID() } };
    const unknown = await api.request('POST', '/v1/enrollments?dryRun=true', body, asUser());
    expect([unknown.status, unknown.pointers]).toEqual([404, ['/sequenceId']]);
  });

  it('TSK-11: marks what rests on when a task is completed, at once or after so many business days', async () => {
    const id = await newSequence([callStep('call', 0), emailStep('after', 2)]);
    const contact = { id: await newContact() };
    const after = async (body: object) =>
      (await preview({ sequenceId: id, contact, ...body })).results[0]?.steps[1];
    expect(await after({})).toMatchObject({
      assumesCompletionOf: ['call'],
      plannedLocal: '2026-11-30T17:00:00.000-05:00',
    });
    expect(await after({ completeTasksAfterDays: 5 })).toMatchObject({
      assumesCompletionOf: ['call'],
      plannedLocal: '2026-12-07T17:00:00.000-05:00',
    });
    expect(await after({ completeTasksAfterDays: null })).toMatchObject({
      outcome: 'not_reached',
      plannedAt: null,
    });
    expect((await ask({ contact, completeTasksAfterDays: 91 })).pointers).toEqual([
      '/completeTasksAfterDays',
    ]);
  });

  it('ENR-13 SET-13 SET-14 BLK-04: previews what was chosen, for all contacts alike', async () => {
    const contacts = [{ id: await newContact() }, { id: await newContact() }];
    const firstStepAt = '2026-11-28T12:00:00.000Z';
    const id = await newSequence([emailStep('a', 0), emailStep('b', 2), emailStep('c', 1)]);
    const chosen = { startStepId: 'b', firstStepAt, steps: { c: { delayDays: 2 } } };
    const { results } = await preview({ sequenceId: id, contacts, ...chosen });
    for (const { firstSend, steps } of results) {
      expect(firstSend?.at).toBe(firstStepAt);
      expect(
        steps.map(({ outcome, plannedLocal }) => [outcome, plannedLocal?.slice(0, 16)]),
      ).toEqual([
        ['before_start', undefined],
        ['done', '2026-11-28T07:00'],
        ['done', '2026-12-01T08:00'],
      ]);
    }
    const bad = await ask({ contacts, steps: { intro: { delayDays: 91 } } });
    expect([bad.status, bad.pointers]).toEqual([422, ['/steps/intro/delayDays']]);
  });

  it('5.3 ENR-10 BLK-02: previews whom a list, a filter, a company or ids select, in pages, each once', async () => {
    const companyId = await make('/v1/companies', { name: 'Acme' });
    const ids = await Promise.all(
      Array.from({ length: 7 }, (_, index) =>
        newContact({ companyId, ...(index === 3 && { email: null }) }),
      ),
    );
    const listId = await make('/v1/lists', { kind: 'static', name: 'Fair' });
    const selection = { companyId };
    await api.request('POST', `/v1/lists/${listId}/members`, { selection }, asUser());
    const filter = { field: 'contact.companyId', operator: 'eq', value: companyId };
    for (const each of [selection, { listId }, { filter }, { contactIds: ids }]) {
      const seen: z.output<typeof previewReply>['results'] = [];
      let after: string | undefined;
      do {
        const page = { selection: each, limit: 3, ...(after !== undefined && { after }) };
        const { results, eligible, refused, paging } = await preview(page);
        expect(eligible + refused).toBe(results.length);
        seen.push(...results);
        after = paging.next?.after;
      } while (after !== undefined);
      expect(seen.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(seen.map(({ contactId }) => contactId).sort()).toEqual([...ids].sort());
      expect(seen.filter(({ status }) => status === 'refused')).toMatchObject([
        { contactId: ids[3], refusal: { code: 'NO_EMAIL' } },
      ]);
    }
    const { paging } = await preview({ selection, limit: 3 });
    const stolen = await ask({ selection: { listId }, limit: 3, after: paging.next?.after });
    expect([stolen.status, stolen.code]).toEqual([400, 'INVALID_CURSOR']);
    const unknown = await ask({ selection: { listId: randomUUID() } });
    expect([unknown.status, unknown.pointers]).toEqual([404, ['/selection/listId']]);
    const nobody = { filter: { field: 'contact.companyId', operator: 'eq', value: randomUUID() } };
    expect(await preview({ selection: nobody })).toMatchObject({ results: [], eligible: 0 });
    const hidden = await ask({ selection: nobody, sequenceId: randomUUID() });
    expect([hidden.status, hidden.pointers]).toEqual([404, ['/sequenceId']]);
  });

  it('2.2: tells of a pause of the sequence, for this user or all, and of the account', async () => {
    const id = await newSequence([emailStep('intro', 0), emailStep('nudge', 3)]);
    const contact = { id: await newContact() };
    const admin = { email: 'root@s.example', name: 'Root', timeZone: newYork, role: 'admin' };
    const adminId = await make('/v1/users', admin);
    const say = async (who: string, path: string, body: object = {}) => {
      const answer = await api.request('POST', path, body, { 'cadenza-user': who });
      expect(answer.status).toBe(200);
    };
    const seen = async () => {
      const { pauses, results } = await preview({ sequenceId: id, contact });
      const steps = results[0]?.steps ?? [];
      const marks = steps.map(({ assumesResuming }) => assumesResuming);
      return { scopes: pauses.map(({ scope }) => scope), marks, steps };
    };
    const before = await seen();
    expect(before).toMatchObject({ scopes: [], marks: [false, false] });
    await say(user, `/v1/sequences/${id}/pause`);
    expect(await seen()).toMatchObject({ scopes: ['user'], marks: [true, true] });
    await say(adminId, `/v1/sequences/${id}/pause`, { scope: 'all' });
    await say(adminId, '/v1/account/pause');
    const held = await seen();
    expect([...held.scopes].sort()).toEqual(['account', 'sequence', 'user']);
    expect(held.steps.map(({ plannedAt }) => plannedAt)).toEqual(
      before.steps.map(({ plannedAt }) => plannedAt),
    );
    await say(user, `/v1/sequences/${id}/resume`);
    await say(adminId, `/v1/sequences/${id}/resume`, { scope: 'all' });
    await say(adminId, '/v1/account/resume');
    // That of another user is not about what this one enrolls.
    await say(adminId, `/v1/sequences/${id}/pause`);
    expect(await seen()).toEqual(before);
  });

  it('LIM-08: says when the first email could go out, and plans the rest from there', async () => {
    const owner = await make('/v1/users', { email: 'b@s.example', name: 'B', timeZone: newYork });
    const small = await newMailbox(owner);
    await api.request('PATCH', `/v1/mailboxes/${small}`, { limits: { perDay: 1 } });
    const own = await make('/v1/sequences', {
      name: 'Shared',
      sharing: { everyone: 'use' },
      steps: [emailStep('intro', 0), emailStep('nudge', 1)],
    });
    const sender = { id: owner };
    const first = { sequenceId: own, sender, contact: { id: await newContact() } };
    const enrollmentId = await make('/v1/enrollments', first);
    const sent = new Date(Date.parse(now) - 3_600_000).toISOString();
    await api.db.insert(sendSlots).values({
      ...{ accountId: api.accountId, mailboxId: small, userId: owner, stepId: 'one', place: 0 },
      ...{ enrollmentId, at: sent, minute: sent, state: 'used' as const },
    });
    const contact = { id: await newContact() };
    const body = { sequenceId: own, sender: { id: owner }, contact };
    const refused = (await preview(body)).results[0];
    expect(refused?.refusal).toMatchObject({ code: 'SEND_LIMIT', limit: 'mailbox_day' });
    const deferred = (await preview({ ...body, onLimit: 'defer' })).results[0];
    expect(deferred).toMatchObject({ status: 'eligible', refusal: null });
    const free = deferred?.firstSend?.at ?? '';
    expect(free).toBe('2026-11-27T21:00:00.000Z');
    expect(deferred?.firstSend?.limit).toBe('mailbox_day');
    expect(deferred?.steps[0]).toMatchObject({ plannedAt: free });
    expect(deferred?.steps[1]?.plannedLocal?.slice(0, 16)).toBe('2026-11-30T17:00');
  });

  it('refuses unknown names of the call as a whole, and what is not one or many', async () => {
    const contact = { id: await newContact() };
    for (const [fields, pointer] of [
      [{ sequenceId: randomUUID() }, '/sequenceId'],
      [{ sender: { id: randomUUID() } }, '/sender'],
      [{ mailboxId: randomUUID() }, '/mailboxId'],
    ] as const) {
      const answer = await ask({ contact, ...fields });
      expect([answer.status, answer.pointers]).toEqual([404, [pointer]]);
    }
    expect((await ask({})).pointers).toEqual(['/contacts']);
    expect((await ask({ contact, contacts: [contact] })).pointers).toEqual(['/contacts']);
    expect((await ask({ contact, selection: { contactIds: [contact.id] } })).pointers).toEqual([
      '/contacts',
    ]);
    expect((await ask({ contact, limit: 5 })).pointers).toEqual(['/selection']);
    const many = Array.from({ length: 1001 }, () => contact);
    expect((await ask({ contacts: many })).pointers).toEqual(['/contacts']);
  });
});
