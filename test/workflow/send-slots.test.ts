import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { readRecords } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import { readSlots } from '../support/slots.js';
import { startStack, type Stack } from '../support/stack.js';

const crowd = 30;
const perMinute = 2;

describe('a crowd that is due at once', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
  });
  afterAll(() => stack.close());

  it('goes out in its slots: all of it, in order, each once, never more in a clock minute than it may', async () => {
    const user = await stack.api.user(stack.catcher.port);
    const limits = { perMinute };
    const path = `/v1/mailboxes/${user.mailboxId}`;
    expect((await stack.api.request('PATCH', path, { limits })).status).toBe(200);
    const body = { name: 'Crowd', steps: [emailStep('one', 0)], settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const ids: string[] = [];
    for (let index = 0; index < crowd; index += 1) {
      const contact = { id: await stack.api.contact() };
      ids.push((await stack.api.enroll(user.id, { sequenceId, contact })).id);
    }

    // Until now there was no worker: all are late, and all come at once.
    await stack.startWorker();
    await eventually(
      () => readSlots(stack.db, user.mailboxId),
      (slots) => slots.length === crowd,
    );
    const waiting = await readRecords(stack.db, ids);
    const held = waiting.filter(({ row }) => row.state === 'scheduled');
    expect(held.length).toBeGreaterThan(crowd / 2);
    for (const { row } of held) expect(row.reason).toBe('no_slot');

    await stack.forward(ids, 0.5);
    const records = await eventually(
      () => readRecords(stack.db, ids),
      (all) => all.every(({ row }) => row.state === 'finished'),
    );
    expect(stack.catcher.messages()).toHaveLength(crowd);
    const slots = await readSlots(stack.db, user.mailboxId);
    expect(slots.map(({ state }) => state)).toEqual(slots.map(() => 'used'));
    const byMinute = new Map<string, number>();
    for (const { minute } of slots) byMinute.set(minute, (byMinute.get(minute) ?? 0) + 1);
    expect(Math.max(...byMinute.values())).toBe(perMinute);
    expect(byMinute.size).toBeLessThanOrEqual(crowd / perMinute + 2);

    const sentAt = records.map(({ row, sends }) => ({
      id: row.id,
      minute: sends.get('one')?.settledAt?.slice(0, 16),
    }));
    for (const { enrollmentId, minute } of slots) {
      expect(sentAt.find(({ id }) => id === enrollmentId)?.minute).toBe(minute.slice(0, 16));
    }
  });
});
