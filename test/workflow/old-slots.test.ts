import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { emailSends, sendSlots, slotFrontiers } from '../../src/db/schema/index.js';
import type { slotStates } from '../../src/db/schema/send-slots.js';
import { fixtureBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import { tidyTwice, tidyTwiceAtOnce } from '../support/fixtures/twice/index.js';
import { anyTime, callStep } from '../support/sequences.js';
import { copyEnrollments } from '../support/slots.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

const hourMs = 3_600_000;

describe('send slots that have had their day', () => {
  const queue = `tidy-${randomUUID()}`;
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  let ids: readonly string[] = [];
  beforeAll(async () => {
    const bundle = await fixtureBundle('twice');
    stack = await startStack({
      worker: { bundle, taskQueue: queue, sweepEverySeconds: 86_400, keepTextsDays: 30 },
    });
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
    const body = { name: 'Call', steps: [callStep('call', 0)], settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
    ids = await copyEnrollments(stack.db, id, 2600);
  });
  afterEach(async () => {
    await stack.db.delete(sendSlots);
    await stack.db.delete(slotFrontiers);
  });
  afterAll(async () => {
    await client.schedule.getHandle(`sweeper/${queue}`).delete();
    await stack.close();
  });

  const now = '2026-11-25T12:00:00.000Z';
  const hoursAgo = (hours: number) => new Date(Date.parse(now) - hours * hourMs).toISOString();
  const owner = () => ({
    accountId: stack.accountId,
    mailboxId: user.mailboxId,
    userId: user.id,
  });
  async function write(
    slots: readonly { readonly hours: number; readonly state: (typeof slotStates)[number] }[],
  ): Promise<void> {
    const rows = slots.map(({ hours, state }, index) => {
      const at = hoursAgo(hours);
      const enrollmentId = ids[index] ?? '';
      return { ...owner(), enrollmentId, stepId: 'one', at, minute: at, place: index, state };
    });
    for (let from = 0; from < rows.length; from += 1000) {
      await stack.db.insert(sendSlots).values(rows.slice(from, from + 1000));
    }
  }
  const run = (workflow: typeof tidyTwice) =>
    client.workflow.execute(workflow, {
      workflowId: randomUUID(),
      taskQueue: queue,
      args: [now],
    });
  const left = async () =>
    (await stack.db.select().from(sendSlots)).map(({ at, state }) => `${state} ${at}`).toSorted();

  it('are deleted, used, freed or forsaken; what a day still counts stays, and so does what waits', async () => {
    await write([
      { hours: 49, state: 'used' },
      { hours: 49, state: 'freed' },
      { hours: 49, state: 'reserved' },
      { hours: 47, state: 'used' },
      { hours: 47, state: 'freed' },
      { hours: 1, state: 'used' },
      { hours: -400, state: 'reserved' },
    ]);
    const frontier = { ...owner(), heldBy: 'user_day' as const, fromAt: hoursAgo(90) };
    await stack.db.insert(slotFrontiers).values([
      { ...frontier, wish: randomUUID(), untilAt: hoursAgo(49) },
      { ...frontier, wish: randomUUID(), untilAt: hoursAgo(-100) },
    ]);
    expect(await run(tidyTwice)).toMatchObject([{ deleted: 3 }, { deleted: 0 }]);
    expect(await left()).toEqual([
      `freed ${hoursAgo(47)}`,
      `reserved ${hoursAgo(-400)}`,
      `used ${hoursAgo(47)}`,
      `used ${hoursAgo(1)}`,
    ]);
    const frontiers = await stack.db.select().from(slotFrontiers);
    expect(frontiers.map(({ untilAt }) => untilAt)).toEqual([hoursAgo(-100)]);
  });

  it('are deleted batch by batch, two at once deleting no slot twice', async () => {
    await write(ids.map(() => ({ hours: 60, state: 'used' as const })));
    const [first, second] = await run(tidyTwiceAtOnce);
    expect(first.deleted + second.deleted).toBe(ids.length);
    expect(await left()).toEqual([]);
  });

  it('texts of mails whose time is over go with them, once', async () => {
    const days = [31, 29];
    await stack.db.insert(emailSends).values(
      days.map((count, index) => ({
        ...{ accountId: stack.accountId, id: randomUUID(), enrollmentId: ids[index] ?? '' },
        ...{ stepId: 'one', mailboxId: user.mailboxId, recipient: `${count}@old.example` },
        ...{ state: 'sent' as const, messageId: `<${count}@x>`, subject: `${count}` },
        ...{ references: [], raw: Buffer.from('text'), attempts: 1, fence: 1 },
        ...{ reservedAt: hoursAgo(count * 24), settledAt: hoursAgo(count * 24) },
      })),
    );
    expect(await run(tidyTwice)).toMatchObject([{ textsErased: 1 }, { textsErased: 0 }]);
    const mails = await stack.db.select().from(emailSends);
    expect(mails.map(({ recipient }) => recipient).sort()).toEqual(['', '29@old.example']);
  });

  it('the sweeper does so', async () => {
    const old = new Date(Date.now() - 49 * hourMs).toISOString();
    await stack.db.insert(sendSlots).values({
      ...owner(),
      ...{ enrollmentId: ids[0] ?? '', stepId: 'one', at: old, minute: old },
      ...{ place: 1, state: 'used' as const },
    });
    await client.schedule.getHandle(`sweeper/${queue}`).trigger();
    await eventually(left, (slots) => slots.length === 0);
  });
});
