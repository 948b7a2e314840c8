import { inArray } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { emailSends, enrollments } from '../../src/db/schema/index.js';
import type { ReplyStage } from '../../src/local/mail-catcher.js';
import { eventually } from '../support/eventually.js';
import { anyTime, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';

const crowd = 10;
const sendCaps = { accountAtHost: crowd, host: crowd, mailbox: crowd, account: crowd };
/** Longer than a caller waits for a connection of the pool, or for a lock. */
const scarceMs = 12_000;

/** Holds what is asked of it until it is opened. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('a worker with more emails on their way than connections to Postgres', () => {
  let stack: Stack | undefined;
  afterEach(() => stack?.close());

  /**
   * All emails have come to a point of their conversation with the mail server; from then on nobody gets a connection
   * for longer than anybody waits for one: two hold the pool, waiting for rows that somebody else has locked.
   */
  async function scarceFrom(stage: ReplyStage): Promise<{ stack: Stack; ids: readonly string[] }> {
    const mail = gate();
    let waiting = 0;
    const running = await startStack({
      worker: { sendLeaseMs: 3_000, maxConcurrentSends: crowd, sendCaps, sweepEverySeconds: 3_600 },
      workerConnections: 2,
      mail: {
        respond: async (at) => {
          if (at !== stage) return undefined;
          waiting += 1;
          await mail.opened;
          return undefined;
        },
      },
    });
    stack = running;
    const user = await running.api.user(running.catcher.port);
    const steps = [emailStep('one', 0), emailStep('two', 3)];
    const sequenceId = await running.api.sequence(user.id, {
      name: 'Two mails',
      steps,
      settings: anyTime,
    });
    const ids: string[] = [];
    for (let index = 0; index < crowd; index += 1) {
      const contact = { id: await running.api.contact() };
      ids.push((await running.api.enroll(user.id, { sequenceId, contact })).id);
    }
    await eventually(
      () => Promise.resolve(waiting),
      (count) => count === crowd,
    );
    await running.db.transaction(async (tx) => {
      await tx.select().from(enrollments).where(inArray(enrollments.id, ids)).for('update');
      mail.open();
      await new Promise((resolve) => setTimeout(resolve, scarceMs));
    });
    return { stack: running, ids };
  }
  const sendsOf = async ({ db }: Stack) =>
    (await db.select().from(emailSends)).map(({ state, attempts }) => `${state} ${attempts}`);
  const statesOf = async ({ db }: Stack) =>
    (await db.select().from(enrollments)).map(({ state, reason, stepId }) => [
      state,
      reason,
      stepId,
    ]);

  it('keeps what the server said until it can be written: nothing is uncertain, each is sent once', async () => {
    const { stack: running } = await scarceFrom('data');
    await eventually(
      () => statesOf(running),
      (states) => states.every(([state, , stepId]) => state === 'paused' || stepId === 'two'),
      30_000,
    );
    const all = <T>(one: T) => Array.from({ length: crowd }, () => one);
    expect(await statesOf(running)).toEqual(all(['active', null, 'two']));
    expect(await sendsOf(running)).toEqual(all('sent 1'));
    expect(running.catcher.messages()).toHaveLength(crowd);
  });

  it('puts off what cannot be entered before the body, without a byte of it', async () => {
    const { stack: running } = await scarceFrom('rcpt');
    const settled = await eventually(
      () => sendsOf(running),
      (sends) => sends.every((send) => /^(sent|deferred|unknown) /.test(send)),
      30_000,
    );
    const sent = settled.filter((send) => send === 'sent 1');
    expect(settled.toSorted()).toEqual([
      ...Array.from({ length: crowd - sent.length }, () => 'deferred 1'),
      ...sent,
    ]);
    // Those that held the pool went on; the others did not get that far.
    expect(sent.length).toBeLessThan(crowd);
    expect(running.catcher.messages()).toHaveLength(sent.length);
    const states = (await statesOf(running)).map(([state, reason]) => `${state} ${reason ?? ''}`);
    expect(states.filter((state) => state.startsWith('paused'))).toEqual([]);
  });
});
