import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { itemsPerRound } from '../../src/domain/bulk/pacing.js';
import { eventually } from '../support/eventually.js';
import { startMailSink, type MailSink } from '../support/mail-sink.js';
import { anyTime, emailStep } from '../support/sequences.js';
import { openStackBulk, type StackBulk } from '../support/stack-bulk.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

const slots = 8;
const limitMs = 60_000;

let stack: Stack;
let modest: Pick<Stack, 'accountId' | 'apiKey' | 'api'>;
beforeEach(async () => {
  stack = await startStack({
    worker: {
      maxConcurrentSends: slots,
      maxConcurrentBulk: 2,
      smtpReadyMs: 10 * limitMs,
      sweepEverySeconds: 3_600,
    },
  });
  modest = await stack.otherAccount();
});
afterEach(() => stack.close());

describe('of the send slots of a worker', () => {
  let sinks: readonly MailSink[];
  beforeEach(async () => {
    sinks = await Promise.all([1, 2, 3, 4].map(() => startMailSink({ at: 'ehlo', act: 'stall' })));
  });
  afterEach(() => Promise.all(sinks.map((sink) => sink.stop())));

  const opened = () => sinks.reduce((sum, sink) => sum + sink.connections(), 0);
  async function enroll({ api }: Pick<Stack, 'api'>, user: SeededUser, count: number) {
    const sequenceId = await api.sequence(user.id, {
      name: 'One mail',
      steps: [emailStep('one', 0)],
      settings: anyTime,
    });
    for (let index = 0; index < count; index += 1) {
      await api.enroll(user.id, { sequenceId, contact: { id: await api.contact() } });
    }
  }

  it(
    'an account whose mails take long, over many mailboxes and hosts, has half',
    async () => {
      for (const sink of sinks) {
        for (let mailbox = 0; mailbox < 2; mailbox += 1) {
          await enroll(stack, await stack.api.user(sink.port), 1);
        }
      }
      await eventually(opened, (count) => count === slots / 2, limitMs / 2);
      await enroll(modest, await modest.api.user(stack.catcher.port), 1);
      await eventually(
        () => stack.catcher.messages().length,
        (count) => count === 1,
        limitMs / 2,
      );
      // The mails of the greedy one still wait, and no more of them have a slot.
      expect(opened()).toBe(slots / 2);
    },
    limitMs,
  );
});

describe('of the slots for bulk enrollments', () => {
  // More than the share of one account has room for: the first takes a whole round.
  const sizes = [itemsPerRound, 3];
  let greedy: StackBulk;
  let other: StackBulk;
  beforeEach(async () => {
    greedy = await openStackBulk(stack);
    other = await openStackBulk({ ...stack, ...modest });
    await stack.db.execute(
      sql.raw(`
      create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(0.2); return new; end $$;
      create trigger dawdle before insert on enrollments for each row
        when (new.account_id = '${stack.accountId}') execute function dawdle()`),
    );
  });

  it(
    'an account with several batches has half, and those that wait say when their turn is',
    async () => {
      const small = await other.draft(await other.contacts(10));
      const ids: string[] = [];
      for (const size of sizes) {
        const id = await greedy.draft(await greedy.contacts(size));
        await greedy.confirm(id);
        ids.push(id);
      }
      const shown = () => Promise.all(ids.map((id) => greedy.show(id)));
      await eventually(
        shown,
        (all) => all.filter(({ turnAt }) => turnAt !== null).length === 1,
        limitMs / 4,
      );
      await other.confirm(small);
      expect(await other.ends(small)).toMatchObject({ turnAt: null, counts: { enrolled: 10 } });
      // No round of the greedy one is over yet, and only one of its batches has begun.
      const begun = (await shown()).map(({ counts }) => counts.enrolled);
      expect(Math.max(...begun)).toBeLessThan(itemsPerRound);
      expect(begun.filter((enrolled) => enrolled > 0)).toHaveLength(1);

      await stack.db.execute(sql`drop trigger dawdle on enrollments`);
      for (const [index, id] of ids.entries()) {
        const ended = await greedy.ends(id, limitMs / 2);
        expect(ended).toMatchObject({ turnAt: null, counts: { enrolled: sizes[index] } });
      }
    },
    2 * limitMs,
  );
});
