import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { readRecord } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

const steps = [emailStep('one', 0), emailStep('two', 3)];

describe('a reported reply or meeting', () => {
  let stack: Stack;
  let user: SeededUser;
  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
  });
  afterAll(() => stack.close());

  const makeSequence = (settings: object = {}) =>
    stack.api.sequence(user.id, {
      name: 'Two mails',
      steps,
      settings: { ...anyTime, ...settings },
    });
  const enroll = async (sequenceId: string, contact: object = {}) => {
    const contactId = await stack.api.contact(contact);
    return stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
  };
  const report = (body: object) =>
    stack.api.request('POST', '/v1/events', { id: randomUUID(), ...body });
  const standingOf = async (id: string) => {
    const { state, reason } = await stack.api.enrollment(id);
    return `${state} ${reason ?? ''}`.trim();
  };
  const isClosed = (id: string) =>
    eventually(
      () =>
        new Client({ connection: stack.connection, namespace: stack.namespace }).workflow
          .getHandle(`enrollment/${id}`)
          .describe(),
      ({ status }) => status.name === 'COMPLETED',
    );

  it.each([
    [{ type: 'reply' }, 'replied'],
    [{ type: 'meeting', via: 'link' }, 'meeting_link'],
    [{ type: 'meeting' }, 'meeting_logged'],
  ])('ENR-20 ENR-21 AUT-02: %o ends the enrollment with the reason %s', async (event, reason) => {
    const { id } = await enroll(await makeSequence());
    const answer = await report({ ...event, enrollmentId: id });
    expect(answer).toMatchObject({
      status: 200,
      body: { effects: [{ enrollmentId: id, state: 'unenrolled', reason }] },
    });
    expect(await standingOf(id)).toBe(`unenrolled ${reason}`);
    await isClosed(id);
  });

  it('an opt-out of the address ends the enrollment at once, and its run', async () => {
    const email = `${randomUUID()}@opt-out.example`;
    const { id } = await enroll(await makeSequence(), { email });
    const body = { address: email, reason: 'unsubscribed' };
    const answer = await stack.api.request('POST', '/v1/suppressions', body);
    expect(answer.body['effects']).toMatchObject([{ enrollmentId: id }]);
    expect(await standingOf(id)).toBe('unenrolled unsubscribed');
    await isClosed(id);
    const ends = (await stack.api.timeline(id)).filter(({ type }) => type === 'unenrolled');
    expect(ends).toMatchObject([{ data: { suppression: 'unsubscribed' } }]);
  });

  it('takes effect once by its id, and is answered as the first time when it is repeated', async () => {
    const { id } = await enroll(await makeSequence());
    const event = { id: randomUUID(), type: 'reply', enrollmentId: id };
    const answers = await Promise.all([report(event), report(event), report(event)]);
    const [first] = answers;
    for (const answer of answers) expect(answer).toEqual(first);
    expect(await report(event)).toEqual(first);
    const ends = (await stack.api.timeline(id)).filter(({ type }) => type === 'unenrolled');
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({ cause: { kind: 'event', id: event.id } });
  });

  it('refuses another event under the same id', async () => {
    const { id } = await enroll(await makeSequence());
    const event = { id: randomUUID(), type: 'reply', enrollmentId: id };
    await report(event);
    expect(await report({ ...event, type: 'meeting' })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    });
  });

  it('ENR-20: keeps a reply and a meeting after the end, once, in its timeline', async () => {
    const { id } = await enroll(await makeSequence());
    await report({ type: 'reply', enrollmentId: id });
    const late = { id: randomUUID(), type: 'meeting', enrollmentId: id };
    for (const event of [late, late, { type: 'reply', enrollmentId: id }]) {
      expect(await report(event)).toMatchObject({ status: 200, body: { effects: [] } });
    }
    const { log } = await readRecord(stack.db, id);
    expect(log.slice(-2)).toMatchObject([
      { type: 'late_meeting', data: { reason: 'meeting_logged' } },
      { type: 'late_reply', data: { reason: 'replied' } },
    ]);
    expect(await standingOf(id)).toBe('unenrolled replied');
  });

  it('finds the enrollment of a contact, and does nothing for a contact in none', async () => {
    const email = `${randomUUID()}@contact.example`;
    const { id } = await enroll(await makeSequence(), { email });
    const contact = { email: email.toUpperCase() };
    expect((await report({ type: 'reply', contact })).body['effects']).toHaveLength(1);
    expect(await standingOf(id)).toBe('unenrolled replied');
    expect((await report({ type: 'reply', contact })).body['effects']).toEqual([]);
  });

  it('refuses an event that names neither or nobody known', async () => {
    expect((await report({ type: 'reply' })).body['code']).toBe('VALIDATION_FAILED');
    const unknown = { type: 'reply', enrollmentId: randomUUID() };
    expect(await report(unknown)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    const stranger = { type: 'reply', contact: { email: 'nobody@contact.example' } };
    expect(await report(stranger)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('ENR-22 ENR-23 worked date 17: with the company switch it ends the colleagues of this sequence only', async () => {
    const companyId = await stack.api.company('Acme');
    const switched = await makeSequence({ unenrollCompany: true });
    const other = await makeSequence({ unenrollCompany: true });
    const a = await enroll(switched, { companyId });
    const b = await enroll(switched, { companyId });
    const c = await enroll(switched, { companyId });
    const d = await enroll(other, { companyId });
    const stranger = await enroll(switched);
    const answer = await report({ type: 'reply', enrollmentId: a.id });
    expect(answer.body['effects']).toHaveLength(3);
    expect(await Promise.all([a, b, c, d, stranger].map(({ id }) => standingOf(id)))).toEqual([
      'unenrolled replied',
      'unenrolled company_replied',
      'unenrolled company_replied',
      'active',
      'active',
    ]);
    // A mail that was on its way already may stand behind it.
    const end = (await stack.api.timeline(b.id)).find(({ type }) => type === 'unenrolled');
    expect(end?.data).toMatchObject({ throughEnrollmentId: a.id });
    await Promise.all([a, b, c].map(({ id }) => isClosed(id)));
  });

  it('ENR-22 AUT-03: a meeting ends the colleagues too, and without the switch nobody else', async () => {
    const companyId = await stack.api.company('Initech');
    const switched = await makeSequence({ unenrollCompany: true });
    const [a, b] = [await enroll(switched, { companyId }), await enroll(switched, { companyId })];
    await report({ type: 'meeting', via: 'link', enrollmentId: a.id });
    expect(await standingOf(b.id)).toBe('unenrolled company_meeting');

    const plain = await makeSequence();
    const [c, d] = [await enroll(plain, { companyId }), await enroll(plain, { companyId })];
    await report({ type: 'reply', enrollmentId: c.id });
    expect(await standingOf(d.id)).toBe('active');
  });

  it('colleagues who reply at the same moment end each once, without a deadlock', async () => {
    const companyId = await stack.api.company('Umbrella');
    const switched = await makeSequence({ unenrollCompany: true });
    const crowd = await Promise.all(
      Array.from({ length: 8 }, () => enroll(switched, { companyId })),
    );
    const answers = await Promise.all(
      crowd.map(({ id }) => report({ type: 'reply', enrollmentId: id })),
    );
    for (const { status } of answers) expect(status).toBe(200);
    for (const { id } of crowd) {
      const ends = (await stack.api.timeline(id)).filter(({ type }) => type === 'unenrolled');
      expect(ends).toHaveLength(1);
    }
  });
});
