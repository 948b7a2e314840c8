import { z } from 'zod';
import type { TaskRow } from '../../db/queries/tasks.js';
import { maxNotesLength, maxTitleLength } from '../../domain/sequence/step-rules.js';
import { stepKinds, taskPriorities } from '../../domain/sequence/step.js';
import { instantShape, lineShape } from './common.js';

export const taskStates = ['open', 'completed', 'cancelled'] as const;

export const taskReply = z
  .object({
    id: z.uuid(),
    enrollmentId: z.uuid(),
    stepId: z.string(),
    contactId: z.uuid(),
    assigneeId: z.uuid(),
    kind: z.enum(stepKinds),
    title: z.string(),
    notes: z.string(),
    priority: z.enum(taskPriorities),
    queueId: z.uuid().nullable(),
    waitsForCompletion: z.boolean(),
    state: z.enum(taskStates),
    createdAt: instantShape,
    dueAt: instantShape,
    closedAt: instantShape.nullable(),
    closedById: z.uuid().nullable(),
  })
  .meta({ id: 'Task' });

export const taskPatch = z
  .strictObject({
    title: lineShape(maxTitleLength).optional(),
    notes: z.string().max(maxNotesLength).optional(),
    priority: z.enum(taskPriorities).optional(),
    queueId: z.uuid().nullable().optional(),
  })
  .meta({ id: 'TaskPatch' });

export function showTask(task: TaskRow): z.input<typeof taskReply> {
  return { ...task };
}
