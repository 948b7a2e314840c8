import { and, eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendSlots, slotFrontiers } from '../../../src/db/schema/index.js';
import type { SlotOwner } from '../../../src/db/queries/send-slots.js';
import { nextSlot, type SlotRequest } from '../../../src/usecases/sending/slots.js';
import { earliestSlot } from '../../../src/domain/capacity/earliest-slot.js';
import { dayMs, fullDays, fullMinutes, minuteMs } from '../../../src/domain/capacity/full-spans.js';
import { defaultLimits, type SendLimits } from '../../../src/domain/capacity/limits.js';
import { fullMailboxDays } from '../../../src/domain/capacity/ramp.js';
import type { Recipient } from '../../../src/domain/capacity/recipient.js';
import { startApi, type TestApi } from '../../support/api.js';
import { copyEnrollments, take } from '../../support/slots.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
let ids: readonly string[] = [];
let owners: readonly SlotOwner[] = [];
let companies: readonly string[] = [];
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
  ids = await copyEnrollments(api.db, world.enrollmentId, 200);
  const { accountId } = world;
  const user = await world.request('POST', '/v1/users', {
    email: 'ben@example.com',
    name: 'Ben',
    timeZone: 'UTC',
  });
  const mailbox = await world.request('POST', '/v1/mailboxes', {
    userId: user.id,
    address: 'ben@example.com',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
  owners = [
    { accountId, mailboxId: world.mailboxId, userId: world.userId },
    { accountId, mailboxId: mailbox.id, userId: user.id },
  ];
  const other = await world.request('POST', '/v1/companies', { name: 'Globex' });
  companies = [world.companyId, other.id];
});
afterAll(async () => {
  await api.close();
});
const empty = async (): Promise<void> => {
  await api.db.delete(sendSlots);
  await api.db.delete(slotFrontiers);
};
beforeEach(empty);

const nowAt = '2026-11-23T09:00:10.000Z';
const toDomain = (domain: string | null, perDay: number | null): Recipient => ({
  domain,
  companyId: null,
  caps: { recipientDomainPerDay: perDay, companyPerDay: null },
});

const request = (
  index: number,
  recipient: Recipient,
  more: Partial<SlotRequest> & { readonly from?: number } = {},
): SlotRequest => {
  const { from = 0, ...rest } = more;
  const owner = owners[from];
  if (owner === undefined) throw new Error(`no owner ${from}`);
  return {
    owner,
    key: { enrollmentId: ids[index] ?? '', stepId: 'one' },
    now: nowAt,
    calendar: null,
    limits: defaultLimits,
    recipient,
    ...rest,
  };
};

const freeSlot = (index: number) =>
  api.db
    .update(sendSlots)
    .set({ state: 'freed' })
    .where(and(eq(sendSlots.enrollmentId, ids[index] ?? ''), eq(sendSlots.state, 'reserved')));

const slots = () => api.db.select().from(sendSlots).orderBy(sendSlots.at);

describe('caps of recipients', () => {
  it('puts off what a domain would get too many of from all mailboxes, and says so', async () => {
    const acme = toDomain('acme.example', 2);
    expect(await take(api.db, request(0, acme))).toEqual({ kind: 'now' });
    expect(await take(api.db, request(1, acme, { from: 1 }))).toEqual({ kind: 'now' });
    const at = '2026-11-24T09:00:10.000Z';
    const later = { kind: 'later', at, limit: 'recipient_domain_day' };
    expect(await take(api.db, request(2, acme))).toEqual(later);
    expect(await take(api.db, request(2, acme))).toEqual(later);
    expect(await take(api.db, request(3, toDomain('globex.example', 2)))).toEqual({ kind: 'now' });
    expect(await take(api.db, request(4, toDomain(null, 2)))).toEqual({ kind: 'now' });
  });

  it('a company has a cap of its own, and what was sent before the cap counts', async () => {
    const [companyId = ''] = companies;
    const off = {
      domain: null,
      companyId,
      caps: { recipientDomainPerDay: null, companyPerDay: null },
    };
    for (const index of [0, 1, 2]) {
      expect(await take(api.db, request(index, off))).toEqual({ kind: 'now' });
    }
    const capped = { ...off, caps: { ...off.caps, companyPerDay: 3 } };
    const later = { kind: 'later', at: '2026-11-24T09:00:10.000Z', limit: 'company_day' };
    expect(await take(api.db, request(3, capped, { from: 1 }))).toEqual(later);
  });

  it('forty mailboxes’ worth of emails at once never break a cap', async () => {
    const acme = toDomain('acme.example', 5);
    await Promise.all(
      ids.slice(0, 40).map((_, n) => take(api.db, request(n, acme, { from: n % 2 }))),
    );
    const taken = (await slots()).map(({ at }) => Date.parse(at));
    expect(taken).toHaveLength(40);
    expect(fullDays(taken, 6, 'recipient_domain_day')).toEqual([]);
    expect(taken.filter((one) => one < Date.parse(nowAt) + dayMs)).toHaveLength(5);
    expect(taken.at(-1)).toBe(Date.parse(nowAt) + 7 * dayMs);
  });

  it('locks nothing without a cap: while somebody holds a domain, others write to it', async () => {
    const acme = toDomain('acme.example', 5);
    const held = await api.db.transaction(async (tx) => {
      await nextSlot(tx, request(0, acme));
      const uncapped = toDomain('acme.example', null);
      expect(await take(api.db, request(1, uncapped))).toEqual({ kind: 'now' });
      // The same with a cap would wait until this transaction ends.
      const waiting = take(api.db, request(2, acme, { from: 1 }));
      const first = await Promise.race([
        waiting,
        new Promise((go) => setTimeout(go, 300, 'waits')),
      ]);
      expect(first).toBe('waits');
      return { waiting };
    });
    expect(await held.waiting).toEqual({ kind: 'now' });
  });

  it('an email that goes elsewhere by then takes a new slot', async () => {
    const limits: SendLimits = { ...defaultLimits, mailboxPerMinute: 1 };
    const globex = toDomain('globex.example', 1);
    await take(api.db, request(0, globex, { limits }));
    await take(api.db, request(1, toDomain('acme.example', 1), { limits }));
    const now = '2026-11-23T09:01:00.000Z';
    expect(await take(api.db, request(1, globex, { limits, now }))).toMatchObject({
      kind: 'later',
      limit: 'recipient_domain_day',
      at: '2026-11-24T09:00:10.000Z',
    });
  });

  it('finds the earliest slot that keeps all limits, whoever came, went and freed theirs before', async () => {
    const act = fc.record({
      kind: fc.constantFrom('take', 'take', 'take', 'free', 'wait'),
      pick: fc.nat(),
      from: fc.nat(1),
      domain: fc.constantFrom('acme.example', 'globex.example', null),
      company: fc.option(fc.nat(1)),
    });
    const caps = fc.record({
      recipientDomainPerDay: fc.option(fc.integer({ min: 1, max: 4 })),
      companyPerDay: fc.option(fc.integer({ min: 1, max: 4 })),
    });
    const startedAtMs = Date.parse(nowAt) - dayMs / 2;
    const ramps = fc.option(fc.constant({ startPerDay: 2, increasePerDay: 2, startedAtMs }));
    const acts = fc.array(act, { minLength: 10, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(acts, caps, ramps, async (list, set, ramp) => {
        await empty();
        const limits = {
          mailboxPerMinute: 2,
          mailboxPerDay: 7,
          userPerDay: 6,
          ...(ramp && { ramp }),
        };
        let nowMs = Date.parse(nowAt);
        let next = 0;
        for (const { kind, pick, from, domain, company } of list) {
          if (kind === 'free' && next > 0) await freeSlot(pick % next);
          if (kind === 'wait') nowMs += [20_000, minuteMs, dayMs / 3][pick % 3] ?? 0;
          if (kind !== 'take') continue;
          const now = new Date(nowMs).toISOString();
          const companyId = company === null ? null : (companies[company] ?? null);
          const recipient = { domain, companyId, caps: set };
          const wish = request(next, recipient, { from, now, limits });
          const expected = await earliest(wish);
          const answer = await take(api.db, wish);
          expect(answer.kind === 'now' ? now : answer.at).toBe(expected);
          next += 1;
        }
      }),
      { numRuns: 20 },
    );
  });
});

/** What the rules say, of everything that is taken. */
async function earliest({ owner, limits, recipient, now }: SlotRequest): Promise<string> {
  const all = (await slots()).filter(({ state }) => state !== 'freed');
  const of = (match: (slot: (typeof all)[number]) => boolean) =>
    all.filter(match).map(({ at }) => Date.parse(at));
  const mailbox = of(({ mailboxId }) => mailboxId === owner.mailboxId);
  const dueMs = Date.parse(now);
  const { recipientDomainPerDay: ofDomain = null, companyPerDay: ofCompany = null } =
    recipient?.caps ?? {};
  const domain = of((slot) => slot.recipientDomain === recipient?.domain);
  const company = of((slot) => slot.companyId === recipient?.companyId);
  const full = [
    ...fullMinutes(mailbox, limits.mailboxPerMinute, 'mailbox_minute'),
    ...fullMailboxDays(mailbox, limits, { fromMs: dueMs - dayMs, untilMs: dueMs + 60 * dayMs }),
    ...fullDays(
      of(({ userId }) => userId === owner.userId),
      limits.userPerDay,
      'user_day',
    ),
    ...(ofDomain === null || recipient?.domain === null
      ? []
      : fullDays(domain, ofDomain, 'recipient_domain_day')),
    ...(ofCompany === null || recipient?.companyId === null
      ? []
      : fullDays(company, ofCompany, 'company_day')),
  ];
  return new Date(earliestSlot({ dueMs, calendar: null }, full).atMs).toISOString();
}
