import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../../src/db/new-id.js';
import { readLive } from '../../../src/db/queries/enrollments/read.js';
import { saveDecisions } from '../../../src/db/queries/enrollments/save.js';
import { sendSlots, tasks } from '../../../src/db/schema/index.js';
import { applyMessage } from '../../../src/domain/enrollment/apply-message.js';
import type { EnrollmentMessage } from '../../../src/domain/enrollment/message.js';
import { startApi, type TestApi } from '../../support/api.js';
import { createWorld, type World } from '../../support/world.js';

const at = '2026-11-23T10:00:00.000Z';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const save = ({ accountId, userId, enrollmentId }: World, said: Partial<EnrollmentMessage>) =>
  api.db.transaction(async (tx) => {
    const current = await readLive(tx, accountId, [enrollmentId], { lock: true });
    const changes = current.map((locked) => {
      const message: EnrollmentMessage = { type: 'unenroll', messageId: newId(at), ...said };
      const happening = {
        at,
        actor: { kind: 'user', id: userId },
        cause: { kind: 'request' },
      } as const;
      const decision = applyMessage(locked, message, happening);
      if (decision.kind === 'refusal') throw new Error(decision.detail);
      return { locked, message, decision };
    });
    await saveDecisions(tx, accountId, changes);
  });

it('TSK-11: a task that one of many completes is completed, by whoever did it', async () => {
  const world = await createWorld(api);
  const { taskId, userId } = world;
  await save(world, { type: 'completeTask', taskId });
  const [task] = await api.db.select().from(tasks).where(eq(tasks.id, taskId));
  expect(task).toMatchObject({ state: 'completed', closedAt: at, closedById: userId });
});

it('LIM-08: one of many that ends frees the slot of its step, and not that of the email of an earlier task', async () => {
  const world = await createWorld(api);
  const { accountId, enrollmentId, mailboxId, userId } = world;
  const common = { accountId, enrollmentId, mailboxId, userId, at, minute: at };
  await api.db.insert(sendSlots).values([
    { ...common, stepId: 'call', place: 1, state: 'reserved' },
    { ...common, stepId: 'earlier', place: 2, state: 'reserved' },
  ]);
  await save(world, {});
  const rows = await api.db
    .select({ stepId: sendSlots.stepId, state: sendSlots.state })
    .from(sendSlots)
    .where(and(eq(sendSlots.accountId, accountId), eq(sendSlots.enrollmentId, enrollmentId)))
    .orderBy(sendSlots.stepId);
  expect(rows).toEqual([
    { stepId: 'call', state: 'freed' },
    { stepId: 'earlier', state: 'reserved' },
  ]);
});
