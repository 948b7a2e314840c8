import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reserveSend, type Reservation } from '../../../src/activities/sending/reserve-send.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { lines, readRecord } from '../../support/records.js';
import { anyTime, callStep, emailStep } from '../../support/sequences.js';
import { readSlots, setAccountLimits } from '../../support/slots.js';
import { createWorld, type World } from '../../support/world.js';
import { activityDeps, termsAt } from '../../support/activity-deps.js';

let api: TestApi;
let world: World;
let sequenceId = '';
let clock = '2026-11-23T09:00:20.000Z';
const ada = { 'cadenza-user': 'ada' };

beforeAll(async () => {
  api = await startApi({ now: () => clock });
});
afterAll(async () => {
  await api.close();
});
beforeEach(async () => {
  clock = '2026-11-23T09:00:20.000Z';
  world = await createWorld(api);
  const body = {
    name: 'Mails',
    steps: [emailStep('one', 0), emailStep('two', 1)],
    settings: anyTime,
  };
  sequenceId = (await world.request('POST', '/v1/sequences', body, ada)).id;
});

const tryToEnroll = async (name: string, more: object = {}): Promise<ApiAnswer> => {
  const email = `${name}@contact.example`;
  const contact = await world.request('PUT', '/v1/contacts', { email });
  const body = { sequenceId, contact: { id: contact.id }, ...more };
  return world.request('POST', '/v1/enrollments', body, ada);
};
const enroll = async (name: string, more: object = {}): Promise<string> => {
  const answer = await tryToEnroll(name, more);
  expect(answer.status).toBe(201);
  return answer.id;
};

const claim = (enrollmentId: string, at = clock): Promise<Reservation> => {
  const deps = activityDeps(api.db, 1);
  const input = { accountId: world.accountId, enrollmentId, stepId: 'one', at };
  return api.db.transaction((tx) => reserveSend(tx, input, deps, termsAt(at)));
};

const mailbox = (path = ''): string => `/v1/mailboxes/${world.mailboxId}${path}`;
const limitTo = async (limits: object): Promise<void> => {
  expect((await world.request('PATCH', mailbox(), { limits })).status).toBe(200);
};
const read = async (path: string) => (await world.request('GET', path)).body;

describe('claiming a send under limits', () => {
  it('puts a first email without a slot off to its slot, says why, and takes one slot however often it runs', async () => {
    await limitTo({ perMinute: 1 });
    const [first, second] = [await enroll('a'), await enroll('b')];
    expect((await claim(first)).kind).toBe('leased');
    const nextAt = '2026-11-23T09:01:00.000Z';
    const waits = { kind: 'settled', status: { state: 'scheduled', reason: 'no_slot', nextAt } };
    expect(await claim(second)).toMatchObject(waits);
    expect(await claim(second)).toMatchObject(waits);
    expect(await readSlots(api.db, world.mailboxId)).toHaveLength(2);
    expect((await readRecord(api.db, second)).sends.size).toBe(0);
    const shown = await read(`/v1/enrollments/${second}`);
    expect(shown).toMatchObject({
      nextAction: {
        at: nextAt,
        why: [{ rule: 'send_limit', limit: 'mailbox_minute', movedTo: nextAt }],
      },
    });
    expect(shown['explanation']).toContain('the mailbox has all the emails of a minute');
    expect((await claim(second, nextAt)).kind).toBe('leased');
    const states = (await readSlots(api.db, world.mailboxId)).map(({ state }) => state);
    expect(states).toEqual(['used', 'used']);
  });

  it('LIM-08: says that it is the limit of a day when it is', async () => {
    await setAccountLimits(api.db, world.accountId, { userPerDay: 1 });
    const [first, second] = [await enroll('a'), await enroll('b')];
    await claim(first);
    expect(await claim(second)).toMatchObject({
      status: { state: 'scheduled', reason: 'send_limit', nextAt: '2026-11-24T09:00:20.000Z' },
    });
  });

  it.each([
    ['ends', 'unenroll'],
    ['skips the step', 'skip-step'],
  ])('frees the slot of an enrollment that %s, for the next to come', async (_, action) => {
    await limitTo({ perMinute: 1 });
    const all = [];
    for (const name of ['a', 'b', 'c', 'd']) all.push(await enroll(name));
    const [first = '', second = '', third = '', fourth = ''] = all;
    for (const id of [first, second, third]) await claim(id);
    const stopped = await world.request('POST', `/v1/enrollments/${second}/${action}`, {}, ada);
    expect(stopped.status).toBe(200);
    expect(await readSlots(api.db, world.mailboxId)).toHaveLength(2);
    expect(await claim(fourth)).toMatchObject({ status: { nextAt: '2026-11-23T09:01:00.000Z' } });
    expect(await claim(third)).toMatchObject({ status: { nextAt: '2026-11-23T09:02:00.000Z' } });
  });

  it('frees the slots of those who are enrolled when an edit takes their next step away', async () => {
    await limitTo({ perMinute: 1 });
    const [first, second] = [await enroll('a'), await enroll('b')];
    for (const id of [first, second]) await claim(id);
    expect(await readSlots(api.db, world.mailboxId)).toHaveLength(2);
    const path = `/v1/sequences/${sequenceId}/steps/one?applyTo=active`;
    const edited = await world.request('DELETE', path, undefined, { ...ada, 'if-match': '"1"' });
    expect(edited.body).toMatchObject({ movedEnrollments: 2 });
    expect((await readSlots(api.db, world.mailboxId)).map(({ state }) => state)).toEqual(['used']);
  });

  it('keeps the slot of an email that was claimed, though its enrollment ends', async () => {
    await limitTo({ perMinute: 1 });
    const [first, second] = [await enroll('a'), await enroll('b')];
    await claim(first);
    await world.request('POST', `/v1/enrollments/${first}/unenroll`, {}, ada);
    expect(await claim(second)).toMatchObject({ status: { reason: 'no_slot' } });
  });

  it('keeps the slot of a paused enrollment while it lies ahead, and takes a new one when it has passed', async () => {
    await limitTo({ perMinute: 1 });
    const all = [];
    for (const name of ['a', 'b', 'c']) all.push(await enroll(name));
    const [first = '', second = '', third = ''] = all;
    for (const id of [first, second, third]) await claim(id);
    const tell = (id: string, what: string) =>
      world.request('POST', `/v1/enrollments/${id}/${what}`, {}, ada);
    await tell(second, 'pause');
    expect(await readSlots(api.db, world.mailboxId)).toHaveLength(3);
    await tell(second, 'resume');
    const kept = { state: 'scheduled', reason: 'no_slot' };
    const resumed = await read(`/v1/enrollments/${second}`);
    expect(resumed).toMatchObject({ ...kept, nextAction: { at: '2026-11-23T09:01:00.000Z' } });
    await tell(second, 'pause');
    await tell(third, 'pause');
    clock = '2026-11-23T12:00:00.000Z';
    await tell(second, 'resume');
    await tell(third, 'resume');
    expect((await claim(second)).kind).toBe('leased');
    expect(await claim(third)).toMatchObject({
      status: { ...kept, nextAt: '2026-11-23T12:01:00.000Z' },
    });
    expect(await readSlots(api.db, world.mailboxId)).toHaveLength(3);
    expect(lines((await readRecord(api.db, third)).log)).toContain('rescheduled one');
  });
});

describe('enrolling without budget', () => {
  const spend = async (): Promise<void> => {
    await limitTo({ perDay: 1 });
    await claim(await enroll('spent'));
    clock = '2026-11-23T10:00:00.000Z';
  };

  it('ERR-01, LIM-08: is refused with the time at which there is some', async () => {
    await spend();
    const answer = await tryToEnroll('late');
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'SEND_LIMIT',
      scope: 'sender',
      retryable: true,
      retryAfter: 23 * 3600 + 20,
      limit: 'mailbox_day',
      nextSlotAt: '2026-11-24T09:00:20.000Z',
    });
    expect(answer.headers.get('retry-after')).toBe(String(23 * 3600 + 20));
    clock = '2026-11-24T09:00:20.000Z';
    await enroll('late');
  });

  it('is scheduled for its slot with onLimit defer, each for its own', async () => {
    await spend();
    const answer = await tryToEnroll('late', { onLimit: 'defer' });
    const at = '2026-11-24T09:00:20.000Z';
    expect(answer.body).toMatchObject({
      state: 'scheduled',
      reason: 'send_limit',
      nextAction: { at, why: [{ rule: 'send_limit', limit: 'mailbox_day' }] },
    });
    const next = await tryToEnroll('later', { onLimit: 'defer' });
    expect(next.body).toMatchObject({ nextAction: { at: '2026-11-25T09:00:20.000Z' } });
    expect((await claim(answer.id, at)).kind).toBe('leased');
    expect((await readSlots(api.db, world.mailboxId)).map(({ state }) => state)).toEqual([
      'used',
      'used',
      'reserved',
    ]);
  });

  it('is nothing to a sequence that begins with a task', async () => {
    await spend();
    const body = { name: 'Calls', steps: [callStep('call', 0)], settings: anyTime };
    const calls = (await world.request('POST', '/v1/sequences', body, ada)).id;
    await enroll('called', { sequenceId: calls });
  });
});

describe('the capacity of a mailbox', () => {
  it('shows limits, what is used and reserved, and when there is room', async () => {
    await limitTo({ perMinute: 1, perDay: 5 });
    const [first, second] = [await enroll('a'), await enroll('b')];
    await claim(first);
    await claim(second);
    expect(await read(mailbox('/capacity'))).toMatchObject({
      at: clock,
      rampUp: null,
      limits: { perMinute: 1, perDay: 5, userPerDay: 500 },
      minute: { used: 1, reserved: 0 },
      day: { used: 1, reserved: 0 },
      userDay: { used: 1, reserved: 0 },
      reservedLater: 1,
      nextFreeAt: '2026-11-23T09:02:00.000Z',
      heldBy: 'mailbox_minute',
    });
    const at = '2026-11-24T09:00:30.000Z';
    expect(await read(mailbox(`/capacity?at=${at}`))).toMatchObject({
      day: { used: 0, reserved: 1 },
      nextFreeAt: at,
      heldBy: null,
    });
  });

  it('says whether it may send, which rule is against it, and until when', async () => {
    const status = () => read(mailbox('/sending-status'));
    expect(await status()).toEqual({
      at: clock,
      maySend: true,
      rule: null,
      until: null,
      mailServer: null,
    });
    await limitTo({ perMinute: 1 });
    await claim(await enroll('a'));
    const until = '2026-11-23T09:01:00.000Z';
    expect(await status()).toMatchObject({ maySend: false, rule: 'mailbox_minute', until });
    const team = await world.request(
      'POST',
      '/v1/mailboxes',
      {
        address: 'team@example.com',
        kind: 'team',
        smtp: { host: 'localhost', port: 25, security: 'none' },
      },
      ada,
    );
    expect(await read(`/v1/mailboxes/${team.id}/sending-status`)).toMatchObject({
      maySend: false,
      rule: 'team_address',
      until: null,
    });
  });

  it('has limits of its own within those of the account', async () => {
    await limitTo({ perMinute: 2 });
    expect(await read(mailbox())).toMatchObject({ limits: { perMinute: 2, perDay: null } });
    const tooMuch = await world.request('PATCH', mailbox(), {
      limits: { perMinute: 11, perDay: 1001 },
    });
    expect(tooMuch.status).toBe(422);
    expect(tooMuch.pointers).toEqual(['/limits/perMinute', '/limits/perDay']);
    expect(tooMuch.errors[0]?.code).toBe('above_account_limit');
    const none = await world.request('PATCH', mailbox(), { limits: { perDay: 0 } });
    expect(none.pointers).toEqual(['/limits/perDay']);
    expect(await read(mailbox())).toMatchObject({ limits: { perMinute: 2, perDay: null } });
    await limitTo({ perMinute: null });
    expect(await read(mailbox())).toMatchObject({ limits: { perMinute: null } });
  });
});

describe('limits of the account and of recipients', () => {
  const limitAccount = async (limits: object): Promise<void> => {
    const answer = await world.request('PATCH', '/v1/account', { limits }, { 'if-match': '*' });
    expect(answer.status).toBe(200);
  };

  it('LIM-08: a changed limit binds what has no slot yet; reserved slots stay', async () => {
    await limitAccount({ mailboxPerMinute: 1 });
    const all = [];
    for (const name of ['a', 'b', 'c']) all.push(await enroll(name));
    const [first = '', second = '', third = ''] = all;
    for (const id of [first, second]) await claim(id);
    await limitAccount({ mailboxPerMinute: 10, userPerDay: 2 });
    const kept = { status: { reason: 'no_slot', nextAt: '2026-11-23T09:01:00.000Z' } };
    expect(await claim(second)).toMatchObject(kept);
    expect(await claim(third)).toMatchObject({
      status: { reason: 'send_limit', nextAt: '2026-11-24T09:00:20.000Z' },
    });
  });

  it('a cap of a domain puts an email off and says so; providers of free mail are exempt', async () => {
    await limitAccount({ recipientDomainPerDay: 1 });
    const [first, second] = [await enroll('a'), await enroll('b')];
    expect((await claim(first)).kind).toBe('leased');
    const nextAt = '2026-11-24T09:00:20.000Z';
    const waits = { status: { state: 'scheduled', reason: 'send_limit', nextAt } };
    expect(await claim(second)).toMatchObject(waits);
    const shown = await read(`/v1/enrollments/${second}`);
    expect(shown).toMatchObject({
      nextAction: { why: [{ rule: 'send_limit', limit: 'recipient_domain_day' }] },
    });
    expect(shown['explanation']).toContain('the recipient’s domain gets all the emails');
    expect((await claim(second, nextAt)).kind).toBe('leased');
    for (const email of ['a@gmail.com', 'b@gmail.com']) {
      const contact = await world.request('PUT', '/v1/contacts', { email });
      const body = { sequenceId, contact: { id: contact.id } };
      const { id } = await world.request('POST', '/v1/enrollments', body, ada);
      expect((await claim(id)).kind).toBe('leased');
    }
  });

  it('a cap of a company counts its contacts whatever their addresses', async () => {
    await limitAccount({ companyPerDay: 1 });
    const company = await world.request('POST', '/v1/companies', { name: 'Globex' });
    const claims = [];
    for (const email of ['a@one.example', 'b@two.example']) {
      const contact = await world.request('PUT', '/v1/contacts', { email, companyId: company.id });
      const body = { sequenceId, contact: { id: contact.id } };
      const { id } = await world.request('POST', '/v1/enrollments', body, ada);
      claims.push(await claim(id));
    }
    const [first, second] = claims;
    expect(first?.kind).toBe('leased');
    const why = second?.kind === 'settled' ? second.status.why : '';
    expect(why).toContain('the company gets all the emails of 24 hours');
  });

  it('enrolling is deferred to what the caps leave too, and never refused for a cap', async () => {
    await limitAccount({ recipientDomainPerDay: 1 });
    await claim(await enroll('a'));
    clock = '2026-11-23T10:00:00.000Z';
    await enroll('b');
    await limitTo({ perDay: 1 });
    const other = await world.request('PUT', '/v1/contacts', { email: 'c@other.example' });
    const answer = await tryToEnroll('d', { onLimit: 'defer' });
    expect(answer.body).toMatchObject({ nextAction: { at: '2026-11-24T09:00:20.000Z' } });
    const body = { sequenceId, contact: { id: other.id }, onLimit: 'defer' };
    const next = await world.request('POST', '/v1/enrollments', body, ada);
    expect(next.body).toMatchObject({ nextAction: { at: '2026-11-25T09:00:20.000Z' } });
  });
});

describe('a mailbox that is warmed up', () => {
  const rampUp = { startPerDay: 1, increasePerDay: 1 };

  it('sends a few more each day, and shows what it may send by when', async () => {
    await limitTo({ perDay: 3 });
    const changed = await world.request('PATCH', mailbox(), { rampUp });
    expect(changed.body).toMatchObject({
      rampUp: { ...rampUp, startedAt: clock },
      limits: { perDay: 3 },
    });
    const endsAt = '2026-11-25T09:00:20.000Z';
    expect(await read(mailbox('/capacity'))).toMatchObject({
      limits: { perDay: 1 },
      rampUp: { perDayAfter: 3, endsAt },
    });
    expect(await read(mailbox(`/capacity?at=${endsAt}`))).toMatchObject({
      limits: { perDay: 3 },
      rampUp: null,
    });
    const [first, second] = [await enroll('a'), await enroll('b')];
    const third = await enroll('c');
    const nextAt = '2026-11-24T09:00:20.000Z';
    expect((await claim(first)).kind).toBe('leased');
    for (const id of [second, third]) {
      expect(await claim(id)).toMatchObject({ status: { reason: 'send_limit', nextAt } });
    }
    const refused = await tryToEnroll('d');
    expect(refused.body).toMatchObject({ code: 'SEND_LIMIT', nextSlotAt: endsAt });
  });

  it('goes on from when it started, unless told otherwise, and can be ended', async () => {
    const started = '2026-11-20T09:00:00.000Z';
    await world.request('PATCH', mailbox(), { rampUp: { ...rampUp, startedAt: started } });
    await world.request('PATCH', mailbox(), { rampUp: { startPerDay: 5, increasePerDay: 2 } });
    await limitTo({ perMinute: 2 });
    expect(await read(mailbox())).toMatchObject({
      rampUp: { startPerDay: 5, increasePerDay: 2, startedAt: started },
    });
    expect(await read(mailbox('/capacity'))).toMatchObject({ limits: { perDay: 11 } });
    await world.request('PATCH', mailbox(), { rampUp: null });
    expect(await read(mailbox())).toMatchObject({ rampUp: null, limits: { perMinute: 2 } });
    expect(await read(mailbox('/capacity'))).toMatchObject({ limits: { perDay: 1000 } });
  });

  it('points to what is wrong with it', async () => {
    const wrong = await world.request('PATCH', mailbox(), {
      rampUp: { startPerDay: 0, startedAt: 'soon' },
    });
    expect(wrong.pointers).toEqual([
      '/rampUp/startPerDay',
      '/rampUp/increasePerDay',
      '/rampUp/startedAt',
    ]);
    const above = await world.request('PATCH', mailbox(), {
      rampUp: { startPerDay: 1001, increasePerDay: 1 },
    });
    expect(above.pointers).toEqual(['/rampUp/startPerDay']);
  });
});
