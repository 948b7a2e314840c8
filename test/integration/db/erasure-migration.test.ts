import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMigrations } from '../../../src/db/migrations.js';
import { taskReminders } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
});
afterAll(() => api.close());

it.each([
  ['550 5.1.1 <ada@example.com>: no such person', '550 5.1.1'],
  ['250 OK taken for ada@example.com', '250'],
  ['250 2.0.0.ada@example.com', '250'],
  ['ada@example.com is unknown', ''],
  [null, null],
])(
  'of what a server said to a reminder before, %j, only the codes are kept',
  async (said, kept) => {
    const { accountId, taskId } = world;
    await api.db.delete(taskReminders);
    await api.db.insert(taskReminders).values({
      ...{ accountId, taskId, at: new Date().toISOString(), state: 'failed' as const },
      ...{ attempts: 1, fence: 1, smtpReply: said },
    });
    const migration = (await readMigrations()).find(({ id }) => id.endsWith('_add_erasure'));
    const change = migration?.statements.find((statement) => statement.startsWith('UPDATE'));
    const apply = async () => {
      await api.db.execute(sql.raw(change ?? ''));
      const rows = await api.db
        .select()
        .from(taskReminders)
        .where(eq(taskReminders.taskId, taskId));
      return rows.map(({ smtpReply }) => smtpReply);
    };
    expect(await apply()).toEqual([kept]);
    expect(await apply()).toEqual([kept]);
  },
);
