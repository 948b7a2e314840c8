import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendSlots } from '../../../src/db/schema/index.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { emailStep } from '../../support/sequences.js';
import { createStepRunner, type StepRunner } from '../../support/steps.js';
import { createWorld, type World } from '../../support/world.js';

/** Sunday 04:16 in New York, and Monday to Wednesday 08:00 there. */
const sunday = '2026-11-29T09:16:00.000Z';
const monday = '2026-11-30T13:00:00.000Z';
const tuesday = '2026-12-01T13:00:00.000Z';
const wednesday = '2026-12-02T13:00:00.000Z';
const timeZone = 'America/New_York';
const ada = { 'cadenza-user': 'ada' };
const steps = [emailStep('one', 0), emailStep('two', 1)];

let api: TestApi;
let world: World;
let runner: StepRunner;
let sequenceId = '';
let now = sunday;
beforeAll(async () => {
  api = await startApi({ now: () => now });
  runner = createStepRunner(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  now = sunday;
  world = await createWorld(api);
  sequenceId = await sequence({ firstEmailInWindow: true });
});

const ask = (method: string, path: string, body?: unknown): Promise<ApiAnswer> =>
  world.request(method, path, body, ada);
const sequence = async (settings: object): Promise<string> =>
  (await ask('POST', '/v1/sequences', { name: 'S', steps, settings })).id;
const contact = async (): Promise<{ readonly id: string }> => {
  const email = `${randomUUID()}@contact.example`;
  return { id: (await ask('PUT', '/v1/contacts', { email })).id };
};
const wanted = async (more: object = {}) => ({
  ...{ sequenceId, timeZone, contact: await contact(), ...more },
});
const limitTo = async (limits: object): Promise<void> => {
  const path = `/v1/mailboxes/${world.mailboxId}`;
  expect((await ask('PATCH', path, { limits })).status).toBe(200);
};
describe('LIM-08: the budget of a first email that waits for the send window', () => {
  const full = async (...times: readonly string[]): Promise<void> => {
    await limitTo({ perDay: 1 });
    const { accountId, mailboxId, userId } = world;
    for (const at of times) {
      const { id: enrollmentId } = await ask(
        'POST',
        '/v1/enrollments',
        await wanted({ firstStepAt: '2027-01-01T00:00:00Z' }),
      );
      await api.db.insert(sendSlots).values({
        ...{ accountId, mailboxId, userId, stepId: 'one', place: 0 },
        ...{ enrollmentId, at, minute: at, state: 'reserved' as const },
      });
    }
  };

  it('is that of the time at which it is planned, not of now', async () => {
    await full(sunday);
    const made = await ask('POST', '/v1/enrollments', await wanted());
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ state: 'active', nextAction: { at: monday } });
  });

  it('refuses, previews and defers by the same slot', async () => {
    await full(monday, tuesday);
    const slot = { limit: 'mailbox_day', nextSlotAt: wednesday };
    for (const more of [{}, { onLimit: 'refuse' }]) {
      const refused = await ask('POST', '/v1/enrollments', await wanted(more));
      expect(refused.status).toBe(409);
      expect(refused.body).toMatchObject({ code: 'SEND_LIMIT', ...slot });
      const seconds = (Date.parse(wednesday) - Date.parse(sunday)) / 1000;
      expect(refused.headers.get('retry-after')).toBe(String(seconds));
      const preview = await ask('POST', '/v1/enrollments/preview', await wanted(more));
      expect(preview.body).toMatchObject({
        results: [{ status: 'refused', refusal: { code: 'SEND_LIMIT', ...slot } }],
      });
    }
    const defer = { onLimit: 'defer' };
    const preview = await ask('POST', '/v1/enrollments/preview', await wanted(defer));
    expect(preview.body).toMatchObject({
      results: [
        {
          status: 'eligible',
          firstSend: { at: wednesday, limit: 'mailbox_day' },
          steps: [{ plannedAt: wednesday }, {}],
        },
      ],
    });
    const bulk = { sequenceId, contacts: [await contact()], defaults: { timeZone } };
    expect((await ask('POST', '/v1/bulk-enrollments?dryRun=true', bulk)).body).toMatchObject({
      results: [{ firstSendAt: wednesday }],
    });
    const deferred = await ask('POST', '/v1/enrollments', await wanted(defer));
    expect(deferred.body).toMatchObject({
      ...{ state: 'scheduled', reason: 'send_limit' },
      nextAction: { at: wednesday, why: [{ rule: 'send_limit', movedTo: wednesday }] },
    });
    now = wednesday;
    const step = { accountId: world.accountId, enrollmentId: deferred.id, stepId: 'one' };
    expect((await runner.reserve({ ...step, at: wednesday })).kind).toBe('leased');
  });

  it('SET-13: a time that was chosen still takes its place when it comes', async () => {
    await full(monday, tuesday);
    const made = await ask('POST', '/v1/enrollments', await wanted({ firstStepAt: monday }));
    expect(made.body).toMatchObject({ state: 'scheduled', nextAction: { at: monday } });
  });

  it('SET-22: an edit that has it wait for the window moves it from its slot, as impact says', async () => {
    await full(sunday);
    const free = '2026-11-30T09:16:00.000Z';
    const off = await sequence({});
    const { id } = await ask(
      'POST',
      '/v1/enrollments',
      await wanted({ sequenceId: off, onLimit: 'defer' }),
    );
    const next = async () => (await ask('GET', `/v1/enrollments/${id}`)).body['nextAction'];
    expect(await next()).toMatchObject({ at: free, why: [{ rule: 'send_limit' }] });
    const path = `/v1/sequences/${off}`;
    const edit = { name: 'S', steps, settings: { firstEmailInWindow: true } };
    const impact = await ask('POST', `${path}/impact`, edit);
    expect(impact.body).toMatchObject({ keepDate: 0, later: 1 });
    const given = { ...ada, 'if-match': '"1"' };
    const edited = await world.request('PUT', `${path}?applyTo=active`, edit, given);
    expect(edited.status).toBe(200);
    expect(await next()).toMatchObject({
      at: monday,
      why: [{ rule: 'send_limit', movedTo: free }, { rule: 'before_window' }],
    });
    now = monday;
    const step = { accountId: world.accountId, enrollmentId: id, stepId: 'one' };
    expect((await runner.reserve({ ...step, at: monday })).kind).toBe('leased');
  });
});
