import { z } from 'zod';
import { idShape } from './common.js';

/** Whether the email of a step opens a thread; it is read and written in this one form. */
export const threading = z
  .union([
    z.strictObject({ kind: z.literal('new') }),
    z.strictObject({ kind: z.literal('reply'), toStepId: z.string() }),
  ])
  .meta({
    description:
      'Whether the email opens a thread or answers that of an earlier step. Without it a step that is known by its `id` stays in its thread, and a new one opens a thread.',
  });

/** The template of a step's email, as it is read; it is written back and chooses none. */
export const templateRef = z.strictObject({ id: idShape, version: z.int() }).optional().meta({
  description:
    'The template that the content was taken from, as it was then. It stays while the content does; another one is chosen by `templateId`.',
});
