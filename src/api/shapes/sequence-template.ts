import { z } from 'zod';
import type { ReadySequence } from '../../domain/sequence/ready-made/ready-sequence.js';
import { stepKinds } from '../../domain/sequence/step.js';

const outline = {
  id: z.string().meta({ examples: ['outbound-introduction'] }),
  name: z.string(),
  description: z.string(),
  tokens: z
    .array(z.string())
    .meta({ description: 'What each contact needs a value for: tokens without a fallback.' }),
};

export const sequenceTemplateOutline = z
  .object({ ...outline, stepCount: z.int() })
  .meta({ id: 'SequenceTemplateOutline' });

export const sequenceTemplateReply = z
  .object({
    ...outline,
    steps: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(stepKinds),
        delayDays: z.int(),
        email: z.object({ subject: z.string().optional(), html: z.string() }).optional(),
        replyTo: z.string().optional(),
        title: z.string().optional(),
        notes: z.string().optional(),
        waitsForCompletion: z.boolean().optional(),
      }),
    ),
  })
  .meta({ id: 'SequenceTemplate' });

export function showSequenceTemplateOutline(
  ready: ReadySequence,
): z.input<typeof sequenceTemplateOutline> {
  const { id, description, tokens, draft } = ready;
  const { name, steps } = draft;
  return { id, name, description, tokens: [...tokens], stepCount: steps.length };
}

export function showSequenceTemplate(ready: ReadySequence): z.input<typeof sequenceTemplateReply> {
  const { id, description, tokens, draft } = ready;
  const { name, steps } = draft;
  return { id, name, description, tokens: [...tokens], steps: [...steps] };
}
