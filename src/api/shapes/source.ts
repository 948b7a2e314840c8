import { z } from 'zod';
import { knownSource, sourceKinds } from '../../domain/enrollment/source.js';
import { lineShape } from './common.js';

export const sourceInput = z
  .strictObject({
    kind: z.enum(sourceKinds),
    id: lineShape(255)
      .nullable()
      .transform((id) => id ?? undefined)
      .optional()
      .meta({
        description:
          'Which one: of a list, a company or a sequence its id here, of anything else whatever the caller calls it.',
      }),
    text: z.null().optional().meta({ description: 'As it was read.', readOnly: true }),
  })
  .meta({
    id: 'EnrollmentSourceInput',
    description:
      'Where the contact was chosen. Companies, deals, tickets and custom objects enroll through a contact alone.',
  });

/** The kinds by which a list of enrollments is filtered. */
export const knownKinds = [...sourceKinds, 'other'] as const;

export const sourceReply = z
  .object({
    kind: z.enum(knownKinds),
    id: z.string().nullable(),
    text: z
      .string()
      .nullable()
      .meta({ description: 'Of the kind `other`: what an earlier release kept.' }),
  })
  .meta({ id: 'EnrollmentSource', description: 'Where the contact was enrolled from.' });

export function showSource(kept: {
  readonly source: string;
  readonly sourceId: string | null;
}): z.input<typeof sourceReply> {
  return { ...knownSource(kept) };
}
