import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendSlots, slotFrontiers } from '../../../src/db/schema/index.js';
import { nextSlot, type SlotRequest } from '../../../src/usecases/sending/slots.js';
import { earliestSlot } from '../../../src/domain/capacity/earliest-slot.js';
import {
  dayMs,
  fullDays,
  fullMinutes,
  minuteMs,
  minuteOf,
} from '../../../src/domain/capacity/full-spans.js';
import type { SendLimits } from '../../../src/domain/capacity/limits.js';
import { startApi, type TestApi } from '../../support/api.js';
import { copyEnrollments, readSlots, take } from '../../support/slots.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
let ids: readonly string[] = [];
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
  ids = await copyEnrollments(api.db, world.enrollmentId, 1200);
});
afterAll(async () => {
  await api.close();
});
beforeEach(async () => {
  await api.db.delete(sendSlots);
  await api.db.delete(slotFrontiers);
});

const small: SendLimits = { mailboxPerMinute: 3, mailboxPerDay: 50, userPerDay: 40 };

const request = (
  index: number,
  now: string,
  limits: SendLimits,
  more: Partial<SlotRequest> = {},
): SlotRequest => ({
  owner: { accountId: world.accountId, mailboxId: world.mailboxId, userId: world.userId },
  key: { enrollmentId: ids[index] ?? '', stepId: 'one' },
  now,
  calendar: null,
  limits,
  ...more,
});

const free = (index: number) =>
  api.db
    .update(sendSlots)
    .set({ state: 'freed' })
    .where(and(eq(sendSlots.enrollmentId, ids[index] ?? ''), eq(sendSlots.state, 'reserved')));

const takenMs = async (): Promise<readonly number[]> =>
  (await readSlots(api.db, world.mailboxId)).map(({ at }) => Date.parse(at));

/** What the rules say, of everything that is taken. */
const earliest = (taken: readonly number[], limits: SendLimits, now: string): string => {
  const full = [
    ...fullMinutes(taken, limits.mailboxPerMinute, 'mailbox_minute'),
    ...fullDays(taken, limits.mailboxPerDay, 'mailbox_day'),
    ...fullDays(taken, limits.userPerDay, 'user_day'),
  ];
  const { atMs } = earliestSlot({ dueMs: Date.parse(now), calendar: null }, full);
  return new Date(atMs).toISOString();
};

describe('send slots', () => {
  it('worked date 15: of a thousand emails sent from 10:00 to 11:00 yesterday each frees its slot as it gets a day old', async () => {
    const tenMs = Date.parse('2026-11-22T10:00:00.000Z');
    const sent = ids.slice(0, 1000).map((enrollmentId, index) => {
      const atMs = tenMs + index * 3600;
      const minute = new Date(minuteOf(atMs)).toISOString();
      const place = 1 + Math.floor((atMs - minuteOf(atMs)) / 3600);
      const at = new Date(atMs).toISOString();
      const { owner } = request(0, at, small);
      return { ...owner, enrollmentId, stepId: 'one', at, minute, place, state: 'used' as const };
    });
    await api.db.insert(sendSlots).values(sent);
    const limits = { mailboxPerMinute: 20, mailboxPerDay: 1000, userPerDay: 2000 };
    const midnight = '2026-11-23T00:00:00.000Z';
    const later = { kind: 'later', limit: 'mailbox_day' };
    const first = await take(api.db, request(1000, '2026-11-22T11:00:00.000Z', limits));
    expect(first).toEqual({ ...later, at: '2026-11-23T10:00:00.000Z' });
    const second = await take(api.db, request(1001, midnight, limits));
    expect(second).toEqual({ ...later, at: '2026-11-23T10:00:03.600Z' });
    // A day of its own: who came at ten today finds the next of yesterday's slots.
    const third = await take(api.db, request(1002, '2026-11-23T10:00:00.000Z', limits));
    expect(third).toEqual({ ...later, at: '2026-11-23T10:00:07.200Z' });
  });

  it('worked date 14, LIM-07: 50 emails of one bulk enrollment go out in 17 minutes, never four in one', async () => {
    const pace = { id: randomUUID(), perMinute: 3 };
    const limits = { mailboxPerMinute: 10, mailboxPerDay: 1000, userPerDay: 500 };
    const now = '2026-11-23T09:00:20.000Z';
    for (let index = 0; index < 50; index += 1) {
      await take(api.db, request(index, now, limits, { pace }));
    }
    const taken = await takenMs();
    expect(new Set(taken.map(minuteOf)).size).toBe(17);
    expect(fullMinutes(taken, 4, 'pace')).toEqual([]);
    expect(taken.at(-1)).toBe(Date.parse('2026-11-23T09:16:00.000Z'));
    // Another enrollment of the mailbox need not keep the bulk's pace.
    expect(await take(api.db, request(50, now, limits))).toEqual({ kind: 'now' });
  });

  it('LIM-08: two hundred that ask at once never break a limit, and each has a place of its own', async () => {
    const now = '2026-11-23T09:00:20.000Z';
    await Promise.all(
      ids.slice(0, 200).map((_, index) => take(api.db, request(index, now, small))),
    );
    const slots = await readSlots(api.db, world.mailboxId);
    const taken = slots.map(({ at }) => Date.parse(at));
    expect(taken).toHaveLength(200);
    expect(fullMinutes(taken, small.mailboxPerMinute + 1, 'mailbox_minute')).toEqual([]);
    expect(fullDays(taken, small.userPerDay + 1, 'user_day')).toEqual([]);
    expect(new Set(slots.map(({ minute, place }) => `${minute} ${place}`)).size).toBe(200);
    // Nothing is wasted either: forty a day, three in each minute but the day's last.
    expect(taken.filter((one) => one < Date.parse(now) + dayMs)).toHaveLength(40);
    expect(taken.at(39)).toBe(Date.parse('2026-11-23T09:13:00.000Z'));
    expect(taken.at(-1)).toBe(Date.parse('2026-11-27T09:13:00.000Z'));
  });

  it('asked again for the same email, takes no second slot', async () => {
    const limits = { ...small, mailboxPerMinute: 1 };
    const now = '2026-11-23T09:00:20.000Z';
    const first = request(0, now, limits);
    expect(await take(api.db, first)).toEqual({ kind: 'now' });
    expect(await take(api.db, first)).toEqual({ kind: 'now' });
    const at = '2026-11-23T09:01:00.000Z';
    const later = { kind: 'later', at, limit: 'mailbox_minute' };
    expect(await take(api.db, request(1, now, limits))).toEqual(later);
    expect(await take(api.db, request(1, now, limits))).toEqual(later);
    // Its time has come: the reserved one is used.
    expect(await take(api.db, request(1, '2026-11-23T09:01:00.250Z', limits))).toEqual({
      kind: 'now',
    });
    const states = (await readSlots(api.db, world.mailboxId)).map(({ state }) => state);
    expect(states).toEqual(['used', 'used']);
  });

  it('gives who comes after their time a new slot, so that the late do not come in a crowd', async () => {
    const limits = { ...small, mailboxPerMinute: 1 };
    const now = '2026-11-23T09:00:00.000Z';
    for (const index of [0, 1, 2, 3]) await take(api.db, request(index, now, limits));
    const hourLater = '2026-11-23T10:00:00.000Z';
    const answers = [];
    for (const index of [1, 2, 3])
      answers.push(await take(api.db, request(index, hourLater, limits)));
    expect(answers).toMatchObject([
      { kind: 'now' },
      { at: '2026-11-23T10:01:00.000Z' },
      { at: '2026-11-23T10:02:00.000Z' },
    ]);
    expect(await readSlots(api.db, world.mailboxId)).toHaveLength(4);
  });

  it('looks beyond a day for one that waits there, and asks nobody to wait who need not', async () => {
    const limits = { mailboxPerMinute: 1, mailboxPerDay: 2, userPerDay: 500 };
    const now = '2026-11-23T09:00:00.000Z';
    for (const index of [0, 1, 2, 3, 4, 5]) await take(api.db, request(index, now, limits));
    const asked = await api.db.transaction((tx) => nextSlot(tx, request(6, now, limits)));
    expect(asked).toEqual({ at: '2026-11-26T09:00:00.000Z', limit: 'mailbox_day' });
    expect(await readSlots(api.db, world.mailboxId)).toHaveLength(6);
  });

  it('finds the earliest slot there is, whoever came, went and freed theirs before', async () => {
    const limits = { mailboxPerMinute: 2, mailboxPerDay: 7, userPerDay: 6 };
    const act = fc.record({
      kind: fc.constantFrom('take', 'take', 'take', 'free', 'wait'),
      pick: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 40 }), async (acts) => {
        await api.db.delete(sendSlots);
        await api.db.delete(slotFrontiers);
        let nowMs = Date.parse('2026-11-23T09:00:10.000Z');
        let next = 0;
        for (const { kind, pick } of acts) {
          if (kind === 'free' && next > 0) await free(pick % next);
          if (kind === 'wait') nowMs += [20_000, minuteMs, dayMs / 3][pick % 3] ?? 0;
          if (kind !== 'take') continue;
          const now = new Date(nowMs).toISOString();
          const expected = earliest(await takenMs(), limits, now);
          const asked = await api.db.transaction((tx) => nextSlot(tx, request(next, now, limits)));
          expect(asked.at).toBe(expected);
          const answer = await take(api.db, request(next, now, limits));
          expect(answer.kind === 'now' ? now : answer.at).toBe(expected);
          next += 1;
        }
      }),
      { numRuns: 12 },
    );
  });
});
