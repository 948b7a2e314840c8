import { EventEmitter, once } from 'node:events';
import { MockActivityEnvironment } from '@temporalio/testing';
import { and, eq, ne } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPlaces } from '../../../src/activities/places.js';
import { createSendReminders } from '../../../src/activities/sending/send-reminders.js';
import type { ReminderReport } from '../../../src/contract/activities.js';
import { newId } from '../../../src/db/new-id.js';
import { insertReminder } from '../../../src/db/queries/task-reminders.js';
import { insertTask } from '../../../src/db/queries/tasks.js';
import { enrollments, mailboxes, taskReminders } from '../../../src/db/schema/index.js';
import type { MailTransport } from '../../../src/mail/outgoing/port.js';
import { activityDeps } from '../../support/activity-deps.js';
import { startApi, type TestApi } from '../../support/api.js';
import { cloneEnrollment } from '../../support/clones.js';
import { eventually } from '../../support/eventually.js';
import { createWorld, type World } from '../../support/world.js';

const lanes = 10;

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** Reminders of tasks of so many more enrollments, which are due. */
async function remindOf(world: World, count: number): Promise<void> {
  const { accountId, userId: assigneeId } = world;
  await cloneEnrollment(api.db, world.enrollmentId, count);
  const rows = await api.db
    .select()
    .from(enrollments)
    .where(and(eq(enrollments.accountId, accountId), ne(enrollments.id, world.enrollmentId)));
  const at = new Date().toISOString();
  await api.db.transaction(async (tx) => {
    for (const { id: enrollmentId, contactId } of rows) {
      const id = newId(at);
      await insertTask(tx, {
        ...{ accountId, id, enrollmentId, contactId, assigneeId, stepId: 'call' },
        ...{ kind: 'call', title: 'Call', notes: '', priority: 'none' },
        ...{ waitsForCompletion: true, createdAt: at, dueAt: at },
      });
      await insertReminder(tx, accountId, { taskId: id, at });
    }
  });
}

it('TSK-05: an account whose mails hang has half of a round, though its reminders were due first', async () => {
  const [greedy, modest] = [await createWorld(api), await createWorld(api)];
  await api.db
    .update(mailboxes)
    .set({ smtpHost: 'quick.example' })
    .where(eq(mailboxes.accountId, modest.accountId));
  await remindOf(greedy, 2 * lanes);
  await remindOf(modest, 3);
  const release = new EventEmitter();
  const released = once(release, 'now');
  let hanging = 0;
  const transport: MailTransport = {
    submit: async ({ server, beforeData }) => {
      if (server.host !== 'quick.example') {
        hanging += 1;
        await released;
      }
      expect(await beforeData()).toBe('go');
      return { kind: 'accepted', reply: '250 OK' };
    },
  };
  const caps = { accountAtHost: 100, host: 100, mailbox: 100, account: 100 };
  const deps = { ...activityDeps(api.db), transport, mailPlaces: createPlaces(caps) };
  const remind = createSendReminders(deps);
  const round = new MockActivityEnvironment().run<
    [{ readonly at: string }],
    ReminderReport,
    typeof remind
  >(remind, { at: new Date().toISOString() });
  try {
    await eventually(
      () =>
        api.db
          .select({ state: taskReminders.state })
          .from(taskReminders)
          .where(eq(taskReminders.accountId, modest.accountId)),
      (rows) => rows.length === 3 && rows.every(({ state }) => state === 'sent'),
    );
    expect(hanging).toBe(lanes / 2);
  } finally {
    release.emit('now');
  }
  expect(await round).toMatchObject({ sent: 2 * lanes + 3 });
});
