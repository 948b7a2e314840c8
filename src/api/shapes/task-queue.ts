import { z } from 'zod';
import type { TaskQueue } from '../../db/queries/task-queues.js';
import { instantShape, lineShape } from './common.js';

export const taskQueueInput = z
  .strictObject({ name: lineShape(200).meta({ description: 'Unique in the account.' }) })
  .meta({ id: 'TaskQueueInput' });

export const taskQueueReply = z
  .object({
    id: z.uuid(),
    name: z.string(),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'TaskQueue' });

export function showTaskQueue(queue: TaskQueue): z.input<typeof taskQueueReply> {
  return { ...queue };
}
