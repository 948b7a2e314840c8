import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { reserveSend, type Reservation } from '../../../src/activities/sending/reserve-send.js';
import { enterData, settleSend } from '../../../src/activities/sending/settle-send.js';
import { createVault } from '../../../src/config/vault.js';
import {
  emailSends,
  mailboxes,
  outbox,
  sendSlots,
  suppressions,
} from '../../../src/db/schema/index.js';
import { newId } from '../../../src/db/new-id.js';
import { suppress } from '../../../src/db/queries/suppressions.js';
import type { SuppressionReason } from '../../../src/domain/enrollment/suppression.js';
import { startApi, type TestApi } from '../../support/api.js';
import { lines, readLedger, readRecord } from '../../support/records.js';
import { anyTime, emailStep } from '../../support/sequences.js';
import { leasedOf } from '../../support/steps.js';
import { createWorld, type World } from '../../support/world.js';
import { activityDeps, termsAt } from '../../support/activity-deps.js';

let api: TestApi;
let world: World;
let sequenceId = '';
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
  const body = { name: 'Mails', steps: [emailStep('one', 0)], settings: anyTime };
  sequenceId = (await world.request('POST', '/v1/sequences', body, { 'cadenza-user': 'ada' })).id;
});
afterAll(async () => {
  await api.close();
});

const enroll = async (email: string): Promise<string> => {
  const contact = await world.request('PUT', '/v1/contacts', { email });
  const body = { sequenceId, contact: { id: contact.id } };
  return (await world.request('POST', '/v1/enrollments', body, { 'cadenza-user': 'ada' })).id;
};

/** A suppression whose enrollments nobody has ended, as when it is noted at the very moment of the enrollment. */
const note = (address: string, reason: SuppressionReason) =>
  api.db.transaction((tx) =>
    suppress(tx, world.accountId, {
      address,
      reason,
      createdBy: { kind: 'system' },
      createdAt: new Date().toISOString(),
    }),
  );

const claim = (enrollmentId: string): Promise<Reservation> => {
  const deps = activityDeps(api.db, 1);
  const at = new Date().toISOString();
  const input = { accountId: world.accountId, enrollmentId, stepId: 'one', at };
  return api.db.transaction((tx) => reserveSend(tx, input, deps, termsAt(at)));
};

describe('claiming a send', () => {
  test.each<[SuppressionReason, string, string]>([
    ['unsubscribed', 'unenrolled', 'unsubscribed'],
    ['unsubscribed_personal', 'unenrolled', 'unsubscribed'],
    ['marked_as_spam', 'unenrolled', 'unsubscribed'],
    ['blocked', 'unenrolled', 'blocked'],
    ['bounced', 'errored', 'bounced'],
  ])('of an address that is %s ends the enrollment instead: %s, %s', async (why, state, reason) => {
    const id = await enroll(`${why}@claim.example`);
    await note(`${why}@claim.example`, why);
    expect(await claim(id)).toMatchObject({ kind: 'settled', status: { state, reason } });
    const { row, log, sends } = await readRecord(api.db, id);
    expect(row).toMatchObject({ state, reason });
    expect(lines(log)).toEqual(['enrolled', `${state} one`]);
    expect(log[1]).toMatchObject({ data: { suppression: why }, actor: { kind: 'system' } });
    expect(sends.size).toBe(0);
    // Run again, it changes nothing.
    expect(await claim(id)).toMatchObject({ kind: 'settled', status: { state, reason } });
    expect((await readRecord(api.db, id)).log).toEqual(log);
  });

  it('of a domain that was blocked meanwhile ends the enrollment before its next mail', async () => {
    const id = await enroll('a@eu.domain.example');
    const body = { domain: 'domain.example', reason: 'blocked_domain' };
    const answer = await world.request('POST', '/v1/suppressions', body);
    expect(answer.body['effects']).toEqual([]);
    expect(await claim(id)).toMatchObject({ status: { state: 'unenrolled', reason: 'blocked' } });
    expect((await readRecord(api.db, id)).sends.size).toBe(0);
  });

  it('again looks at the address that the mail goes to, though the contact has another by now', async () => {
    const id = await enroll('before@claim.example');
    const first = await claim(id);
    expect(first.kind).toBe('leased');
    const [send] = (await readLedger(api.db, world.accountId)).filter(
      ({ enrollmentId }) => enrollmentId === id,
    );
    expect(send?.recipient).toBe('before@claim.example');
    const contactId = (await readRecord(api.db, id)).row.contactId;
    const path = `/v1/contacts/${contactId}`;
    const body = { externalId: 'claimed', email: 'before@claim.example' };
    await world.request('PUT', '/v1/contacts', body);
    await world.request('PUT', '/v1/contacts', { ...body, email: 'after@claim.example' });
    expect((await world.request('GET', path)).body).toMatchObject({ email: 'after@claim.example' });
    await note('before@claim.example', 'unsubscribed');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await claim(id)).toMatchObject({ status: { reason: 'unsubscribed' } });
  });

  it('from a mailbox whose password no key opens puts it off and says why, without a slot', async () => {
    const id = await enroll('locked@claim.example');
    const isMailbox = eq(mailboxes.id, world.mailboxId);
    const smtpPasswordEncrypted = createVault([Buffer.alloc(32, 9)]).seal('secret', world);
    await api.db.update(mailboxes).set({ smtpPasswordEncrypted }).where(isMailbox);
    try {
      const first = await claim(id);
      expect(first).toMatchObject({ kind: 'settled', status: { state: 'active' } });
      const { row, log, sends } = await readRecord(api.db, id);
      expect(row.why).toMatchObject([{ rule: 'password_unreadable' }]);
      expect(lines(log)).toEqual(['enrolled', 'rescheduled one']);
      expect(sends.size).toBe(0);
      const slots = await api.db.select().from(sendSlots).where(eq(sendSlots.enrollmentId, id));
      expect(slots).toEqual([]);
      // Run again, it changes nothing.
      expect(await claim(id)).toEqual(first);
      expect((await readRecord(api.db, id)).log).toEqual(log);
    } finally {
      await api.db.update(mailboxes).set({ smtpPasswordEncrypted: null }).where(isMailbox);
    }
  });

  it('takes no notice of other addresses and other accounts', async () => {
    const id = await enroll('free@claim.example');
    await note('freedom@claim.example', 'unsubscribed');
    await api.db.insert(suppressions).values({
      accountId: api.accountId,
      id: newId(new Date().toISOString()),
      address: 'free@claim.example',
      reason: 'unsubscribed',
      createdAt: new Date().toISOString(),
    });
    expect((await claim(id)).kind).toBe('leased');
    const ledger = await api.db.select().from(emailSends);
    expect(ledger.filter(({ enrollmentId }) => enrollmentId === id)).toHaveLength(1);
  });
});

describe('an email that can never go out', () => {
  const enrollFor = async (email: object, person: { readonly email: string }) => {
    const steps = [{ ...emailStep('one', 0), email }];
    const by = { 'cadenza-user': 'ada' };
    const body = { name: 'Personal', steps, settings: anyTime };
    const sequence = await world.request('POST', '/v1/sequences', body, by);
    const contact = await world.request('PUT', '/v1/contacts', person);
    const chosen = { sequenceId: sequence.id, contact: { id: contact.id } };
    const { id } = await world.request('POST', '/v1/enrollments', chosen, by);
    return { id, path: `/v1/contacts/${contact.id}` };
  };

  it('ERR-09: says which tokens have no value any more, once', async () => {
    const email = { subject: 'Hi {{contact.firstName}}', html: '<p>{{contact.lastName}}</p>' };
    const person = { email: 'named@never.example', firstName: 'Ada', lastName: 'King' };
    const { id, path } = await enrollFor(email, person);
    await world.request('PATCH', path, { lastName: null });
    expect(await claim(id)).toMatchObject({ status: { reason: 'missing_token' } });
    expect(await claim(id)).toMatchObject({ status: { reason: 'missing_token' } });
    const { log } = await readRecord(api.db, id);
    expect(lines(log)).toEqual(['enrolled', 'errored one']);
    const missing = [{ field: 'html', token: 'contact.lastName' }];
    expect(log[1]).toMatchObject({ data: { reason: 'missing_token', missing } });
  });

  it('ENR-25: says that what its tokens stand for makes it too long', async () => {
    const email = { subject: 'Long', html: `<p>${'{{contact.story}}'.repeat(120)}</p>` };
    const person = { email: 'long@never.example', properties: { story: 'short' } };
    const { id, path } = await enrollFor(email, person);
    await world.request('PATCH', path, { properties: { story: 'x'.repeat(2_000) } });
    expect(await claim(id)).toMatchObject({ status: { reason: 'send_failed' } });
    const { log } = await readRecord(api.db, id);
    expect(log.at(-1)).toMatchObject({ data: { reason: 'send_failed', problem: 'too_long' } });
  });
});

describe('the last look before the first byte', () => {
  const connecting = async (email: string) => {
    const id = await enroll(email);
    const lease = leasedOf(await claim(id));
    const look = () => api.db.transaction((tx) => enterData(tx, lease, new Date().toISOString()));
    return { id, lease, look };
  };

  it.each<[SuppressionReason, string, string]>([
    ['unsubscribed', 'look-1@body.example', 'look-1@body.example'],
    ['blocked_domain', 'look-2@blocked.example', 'blocked.example'],
  ])('stops a mail to what was %s since it was claimed', async (reason, email, address) => {
    const { id, look } = await connecting(email);
    await note(address, reason);
    expect(await look()).toBe('stop');
    // The next attempt ends the enrollment.
    expect(await claim(id)).toMatchObject({ kind: 'settled', status: { state: 'unenrolled' } });
    expect((await readRecord(api.db, id)).sends.get('one')).toMatchObject({ state: 'withdrawn' });
  });

  it('of a contact that is erased meanwhile nothing is kept that its server says', async () => {
    const { id, lease, look } = await connecting('gone@body.example');
    expect(await look()).toBe('go');
    const { contactId } = (await readRecord(api.db, id)).row;
    await world.request('DELETE', `/v1/contacts/${contactId}`);
    const reply = '550 5.1.1 <gone@body.example>: no such person';
    const refused = { kind: 'refused', permanent: true, stage: 'rcpt_to', code: 550 } as const;
    const at = new Date().toISOString();
    await api.db.transaction((tx) => settleSend(tx, lease, { ...refused, reply }, at));
    const [send] = await api.db.select().from(emailSends).where(eq(emailSends.enrollmentId, id));
    expect(send).toMatchObject({ recipient: '', smtpReply: null });
  });
});

describe('an outcome that comes after word of a pause', () => {
  const wordsTo = async (id: string) =>
    (await api.db.select().from(outbox).where(eq(outbox.targetId, id))).map(
      ({ message }) => message?.type,
    );

  it.each([
    ['tells the run that was paused meanwhile where it stands', true],
    ['has nothing more to tell a run that waits for it', false],
  ])('%s, once', async (_name, isPaused) => {
    const id = await enroll(`late-${isPaused}@outcome.example`);
    const lease = leasedOf(await claim(id));
    const at = new Date().toISOString();
    expect(await api.db.transaction((tx) => enterData(tx, lease, at))).toBe('go');
    if (isPaused) {
      const path = `/v1/enrollments/${id}/pause`;
      const { status, body } = await world.request('POST', path, {}, { 'cadenza-user': 'ada' });
      expect({ status, state: body['state'] }).toEqual({ status: 200, state: 'paused' });
    }
    await api.db.delete(outbox).where(eq(outbox.targetId, id));
    const settle = () =>
      api.db.transaction((tx) => settleSend(tx, lease, { kind: 'accepted', reply: '250' }, at));
    const first = await settle();
    expect(await wordsTo(id)).toEqual(isPaused ? ['versionChanged'] : []);
    expect(await settle()).toEqual(first);
    expect(await wordsTo(id)).toEqual(isPaused ? ['versionChanged'] : []);
    const { row, sends } = await readRecord(api.db, id);
    expect(sends.get('one')).toMatchObject({ state: 'sent' });
    expect(row.state).toBe('finished');
  });
});
