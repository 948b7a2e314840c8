import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskReminders } from '../../src/db/schema/index.js';
import type { ReplyStage } from '../../src/local/mail-catcher.js';
import { workflowBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import { anyTime, callStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';
import { startWorkerChild, type WorkerChild } from '../support/worker-child.js';

const limitMs = 60_000;

describe('a worker that is killed while it sends a reminder', () => {
  let stack: Stack;
  let user: SeededUser;
  let sequenceId: string;
  let worker: WorkerChild;
  let trap: ReplyStage | undefined;

  beforeAll(async () => {
    stack = await startStack({
      worker: false,
      mail: {
        respond: async (stage) => {
          if (trap !== stage) return undefined;
          trap = undefined;
          await worker.kill();
          return undefined;
        },
      },
    });
    user = await stack.api.user(stack.catcher.port);
    sequenceId = await stack.api.sequence(user.id, {
      name: 'Reminded',
      steps: [callStep('call', 0)],
      settings: { ...anyTime, taskReminderMinute: 0 },
    });
    worker = await startWorkerChild(stack.workerSettings, await workflowBundle());
  });
  afterAll(async () => {
    await worker.kill();
    await stack.close();
  });

  const reminder = async () => (await stack.db.select().from(taskReminders))[0];
  const reminderIn = (...states: readonly string[]) =>
    eventually(reminder, (row) => row !== undefined && states.includes(row.state), limitMs);

  it.each([
    ['connect', 'connecting', 'sent', 1],
    ['rcpt', 'connecting', 'sent', 1],
    // The server took it over, but nobody was left to hear it: it is not sent again.
    ['data', 'in_data', 'unknown', 1],
  ] as const)(
    'TSK-05: at %s, leaves it %s; another makes it %s, and there is one mail',
    async (stage, left, becomes, mails) => {
      const before = stack.catcher.messages().length;
      await stack.db.delete(taskReminders);
      trap = stage;
      const contactId = await stack.api.contact();
      await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
      await eventually(
        () => Promise.resolve(trap),
        (set) => set === undefined,
        limitMs,
      );
      await worker.kill();
      expect(await reminder()).toMatchObject({ state: left, attempts: 1 });
      await stack.db
        .update(taskReminders)
        .set({ leaseUntil: sql`clock_timestamp() - interval '1 second'` });
      worker = await startWorkerChild(stack.workerSettings, await workflowBundle());
      await reminderIn(becomes);
      expect(stack.catcher.messages().length - before).toBe(mails);
    },
    2 * limitMs,
  );
});
