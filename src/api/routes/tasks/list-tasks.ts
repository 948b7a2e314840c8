import { z } from 'zod';
import { listTasks as readTasks } from '../../../db/queries/tasks.js';
import { taskPriorities } from '../../../domain/sequence/step.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idShape, instantInput, instantShape } from '../../shapes/common.js';
import { outcomeInput, showTask, taskReply, taskStates } from '../../shapes/task.js';

const position = z.strictObject({ at: instantShape, id: z.uuid() });

const query = pageQuery.extend({
  state: z.enum(taskStates).optional(),
  assigneeId: idShape.optional(),
  enrollmentId: idShape.optional(),
  contactId: idShape.optional(),
  queueId: idShape.optional(),
  priority: z.enum(taskPriorities).optional(),
  outcome: outcomeInput.optional(),
  'dueAt[gte]': instantInput.optional(),
  'dueAt[lt]': instantInput.optional(),
  sort: z.enum(['dueAt', '-dueAt']).default('dueAt'),
});

export const listTasks = defineEndpoint({
  method: 'GET',
  path: '/v1/tasks',
  summary: 'List tasks',
  description:
    'By due time, the earliest first unless `sort` says otherwise. An acting user gets their own, and those of enrollments that they may see.',
  tag: 'tasks',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query,
  body: nothing,
  replies: { 200: pageOf(taskReply).meta({ id: 'TaskPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, actingUser, query: asked }) => {
    const { limit, after, ...filters } = asked;
    const identity = { accountId, list: 'tasks', query: filters };
    const from = readCursor(position, identity, after);
    const { 'dueAt[gte]': dueFrom, 'dueAt[lt]': dueBefore, sort, ...equal } = filters;
    const rows = await readTasks(
      tx,
      accountId,
      { ...equal, viewer: actingUser, dueFrom, dueBefore },
      { limit: limit + 1, after: from, latestFirst: sort === '-dueAt' },
    );
    const page = cutPage(rows, limit, identity, ({ task }) => ({
      at: task.dueAt,
      id: task.id,
    }));
    return { status: 200, body: { results: page.rows.map(showTask), paging: page.paging } };
  },
});
