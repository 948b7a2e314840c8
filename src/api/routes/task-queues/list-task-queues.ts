import { z } from 'zod';
import { listTaskQueues as readQueues } from '../../../db/queries/task-queues.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { searchShape } from '../../shapes/common.js';
import { showTaskQueue, taskQueueReply } from '../../shapes/task-queue.js';

const position = z.strictObject({ id: z.uuid() });

export const listTaskQueues = defineEndpoint({
  method: 'GET',
  path: '/v1/task-queues',
  operationId: 'listTaskQueues',
  summary: 'List task queues',
  description: 'In the order in which they were made.',
  tag: 'task-queues',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery.extend({ q: searchShape('the name') }),
  body: nothing,
  replies: { 200: pageOf(taskQueueReply).meta({ id: 'TaskQueuePage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { limit, after, q: text } = query;
    const identity = { accountId, list: 'task-queues', query: { text } };
    const rows = await readQueues(tx, accountId, {
      text,
      limit: limit + 1,
      after: readCursor(position, identity, after)?.id,
    });
    const page = cutPage(rows, limit, identity, ({ id }) => ({ id }));
    return {
      status: 200,
      body: { results: page.rows.map(showTaskQueue), paging: page.paging },
    };
  },
});
