import { z } from 'zod';
import { listTasks as readTasks } from '../../../db/queries/tasks.js';
import { stepKinds, taskPriorities } from '../../../domain/sequence/step.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { namedShape } from '../../http/named.js';
import { readPage } from '../../http/read-page.js';
import { idShape, instantInput, instantShape } from '../../shapes/common.js';
import { outcomeInput, showTask, taskReply, taskStates } from '../../shapes/task.js';

const position = z.strictObject({ at: instantShape, id: z.uuid() });

const query = pageQuery.extend({
  state: z.enum(taskStates).optional(),
  assigneeId: namedShape('user').optional(),
  enrollmentId: idShape.optional(),
  contactId: namedShape('contact').optional(),
  queueId: idShape.optional(),
  kind: z.enum(stepKinds).exclude(['automated_email']).optional(),
  priority: z.enum(taskPriorities).optional(),
  outcome: outcomeInput.optional(),
  'dueAt[gte]': instantInput.optional(),
  'dueAt[lt]': instantInput.optional(),
  sort: z.enum(['dueAt', '-dueAt']).default('dueAt'),
});

export const listTasks = defineEndpoint({
  method: 'GET',
  path: '/v1/tasks',
  operationId: 'listTasks',
  summary: 'List tasks',
  description:
    'By due time, the earliest first unless `sort` says otherwise. An acting user gets their own, and those of enrollments that they may see.',
  tag: 'tasks',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: nothing,
  query,
  body: nothing,
  replies: { 200: pageOf(taskReply).meta({ id: 'TaskPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, actingUser, query: asked }) => {
    const { limit, after, ...filters } = asked;
    const identity = { accountId, list: 'tasks', query: filters };
    const { 'dueAt[gte]': dueFrom, 'dueAt[lt]': dueBefore, sort, ...equal } = filters;
    const wanted = { ...equal, viewer: actingUser, dueFrom, dueBefore };
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 25 },
      after: readCursor(position, identity, after),
      read: (rows, from) =>
        readTasks(tx, accountId, wanted, {
          ...{ limit: rows, after: from, latestFirst: sort === '-dueAt' },
        }),
      positionOf: ({ task }) => ({ at: task.dueAt, id: task.id }),
      show: showTask,
    });
    return { status: 200, body: page };
  },
});
