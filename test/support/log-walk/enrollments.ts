import { leaves, name, personal, type LogCases, type Walker } from './walker.js';
import { anyTime, manualStep } from '../sequences.js';

async function waiting(
  w: Walker,
  kind: 'call' | 'manual_email',
): Promise<{ readonly taskId: string; readonly enrollmentId: string }> {
  const steps = [kind === 'call' ? { id: 'task', kind, title: personal } : manualStep('task', 0)];
  const sequenceId = await w.sequence({ steps, settings: anyTime });
  const contact = { id: await w.contact() };
  const enrollmentId = await w.make('/v1/enrollments', { sequenceId, contact });
  const at = new Date().toISOString();
  const input = { accountId: w.world.accountId, enrollmentId, stepId: 'task', at };
  return { taskId: await w.runner.awaitTask(input, kind), enrollmentId };
}

/** Enrollments, one by one and many at once, and their tasks. */
export const enrollmentCases: LogCases = {
  'POST /v1/enrollments': leaves(['enrollment.enrolled'], async (w) =>
    w.later('POST', '/v1/enrollments', {
      ...{ sequenceId: await w.sequence(), contact: { id: await w.contact() } },
    }),
  ),
  'POST /v1/enrollments/{id}/pause': leaves(['enrollment.paused'], async (w) =>
    w.later('POST', `/v1/enrollments/${(await w.enrollment()).id}/pause`, {}),
  ),
  'POST /v1/enrollments/{id}/resume': leaves(['enrollment.resumed'], async (w) => {
    const { id } = await w.enrollment();
    await w.ask('POST', `/v1/enrollments/${id}/pause`, {});
    return w.later('POST', `/v1/enrollments/${id}/resume`);
  }),
  'POST /v1/enrollments/{id}/restart-run': leaves(['enrollment.run_restarted'], async (w) =>
    w.later('POST', `/v1/enrollments/${(await w.enrollment()).id}/restart-run`),
  ),
  'POST /v1/enrollments/{id}/skip-step': leaves(
    ['enrollment.step_skipped', 'enrollment.finished'],
    async (w) => w.later('POST', `/v1/enrollments/${(await w.enrollment()).id}/skip-step`, {}),
  ),
  'POST /v1/enrollments/{id}/unenroll': leaves(['enrollment.unenrolled'], async (w) =>
    w.later('POST', `/v1/enrollments/${(await w.enrollment()).id}/unenroll`),
  ),
  'POST /v1/enrollments/unenroll': leaves(['enrollment.unenrolled'], async (w) =>
    w.later('POST', '/v1/enrollments/unenroll', { enrollmentIds: [(await w.enrollment()).id] }),
  ),
  'POST /v1/bulk-enrollments': leaves(['bulk.created'], async (w) =>
    w.later('POST', '/v1/bulk-enrollments', {
      ...{ sequenceId: await w.sequence(), contacts: [{ id: await w.contact() }] },
    }),
  ),
  'PATCH /v1/bulk-enrollments/{id}': leaves(['bulk.changed'], async (w) =>
    w.later('PATCH', `/v1/bulk-enrollments/${(await w.bulk()).id}`, { onLimit: 'refuse' }),
  ),
  'POST /v1/bulk-enrollments/{id}/items': leaves(['bulk.items_added'], async (w) =>
    w.later('POST', `/v1/bulk-enrollments/${(await w.bulk()).id}/items`, {
      contacts: [{ id: await w.contact() }],
    }),
  ),
  'PATCH /v1/bulk-enrollments/{id}/items/{itemId}': leaves(['bulk.item_changed'], async (w) => {
    const { id, itemIds } = await w.bulk();
    return w.later('PATCH', `/v1/bulk-enrollments/${id}/items/${itemIds[0] ?? ''}`, {
      overrides: { steps: { call: { title: personal } } },
    });
  }),
  'DELETE /v1/bulk-enrollments/{id}/items/{itemId}': leaves(['bulk.item_removed'], async (w) => {
    const { id, itemIds } = await w.bulk();
    return w.later('DELETE', `/v1/bulk-enrollments/${id}/items/${itemIds[0] ?? ''}`);
  }),
  'POST /v1/bulk-enrollments/{id}/items/{itemId}/confirm': leaves(
    ['enrollment.enrolled', 'bulk.item_confirmed', 'bulk.finished'],
    async (w) => {
      const { id, itemIds } = await w.bulk();
      await w.ask('DELETE', `/v1/bulk-enrollments/${id}/items/${itemIds[0] ?? ''}`);
      return w.later('POST', `/v1/bulk-enrollments/${id}/items/${itemIds[1] ?? ''}/confirm`);
    },
  ),
  'POST /v1/bulk-enrollments/{id}/confirm': leaves(['bulk.confirmed'], async (w) =>
    w.later('POST', `/v1/bulk-enrollments/${(await w.bulk()).id}/confirm`),
  ),
  'POST /v1/bulk-enrollments/{id}/cancel': leaves(['bulk.cancelled'], async (w) =>
    w.later('POST', `/v1/bulk-enrollments/${(await w.bulk()).id}/cancel`),
  ),
  'DELETE /v1/bulk-enrollments/{id}': leaves(['bulk.deleted'], async (w) =>
    w.later('DELETE', `/v1/bulk-enrollments/${(await w.bulk()).id}`),
  ),
  'PATCH /v1/tasks/{id}': leaves(['task.changed'], async (w) =>
    w.later('PATCH', `/v1/tasks/${(await waiting(w, 'call')).taskId}`, { title: name() }),
  ),
  'POST /v1/tasks/{id}/complete': leaves(['task.completed', 'enrollment.finished'], async (w) =>
    w.later('POST', `/v1/tasks/${(await waiting(w, 'call')).taskId}/complete`, {
      ...{ outcome: 'connected', note: personal },
    }),
  ),
  'POST /v1/tasks/{id}/send': leaves(['task.email_requested'], async (w) =>
    w.later('POST', `/v1/tasks/${(await waiting(w, 'manual_email')).taskId}/send`, {}),
  ),
  'POST /v1/task-queues': leaves(['task_queue.created'], (w) =>
    Promise.resolve(w.later('POST', '/v1/task-queues', { name: name() })),
  ),
  'PATCH /v1/task-queues/{id}': leaves(['task_queue.changed'], (w) =>
    Promise.resolve(w.later('PATCH', `/v1/task-queues/${w.world.taskQueueId}`, { name: name() })),
  ),
  'DELETE /v1/task-queues/{id}': leaves(['task_queue.deleted'], (w) =>
    Promise.resolve(w.later('DELETE', `/v1/task-queues/${w.world.taskQueueId}`)),
  ),
};
