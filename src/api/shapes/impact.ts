import { z } from 'zod';
import { impacts, type Impact, type NextStep } from '../../domain/enrollment/impact.js';
import type { Difference } from '../../domain/sequence/difference.js';
import { editDifference, showChanges } from './sequence-version.js';
import { whyShape } from './log-parts.js';
import { instantShape } from './common.js';

const nextStep = z.object({
  stepId: z.string().nullable().meta({ description: 'Null when the enrollment finishes.' }),
  at: instantShape.nullable().meta({ description: 'Null while it waits for a person.' }),
  why: z.array(whyShape),
});

export const impactReply = z
  .object({
    enrollments: z
      .int()
      .meta({ description: 'How many enrollments would be moved: all that have not ended.' }),
    keepDate: z.int().meta({ description: 'The same step is next, at the same time.' }),
    earlier: z.int(),
    later: z.int(),
    otherStep: z.int().meta({ description: 'Another step is next, since theirs was deleted.' }),
    finish: z.int().meta({ description: 'No step is left to them.' }),
    steps: z
      .object({ added: z.int(), removed: z.int(), changed: z.int() })
      .meta({ description: 'Steps that some of them will run anew, no more, or in another form.' }),
    difference: editDifference,
    examples: z
      .array(
        z.object({
          enrollmentId: z.uuid(),
          impact: z.enum(impacts),
          before: nextStep,
          after: nextStep,
        }),
      )
      .meta({ description: 'At most ten, of each kind that there is.' }),
  })
  .meta({ id: 'SequenceImpact' });

export function showImpact(
  { counts, steps, examples }: Impact,
  { name, ...difference }: Difference & Pick<z.input<typeof editDifference>, 'name'>,
): z.input<typeof impactReply> {
  const { keep: keepDate, ...others } = counts;
  return {
    enrollments: Object.values(counts).reduce((sum, count) => sum + count, 0),
    keepDate,
    ...others,
    steps: { ...steps },
    difference: { ...showChanges(difference), name },
    examples: examples.map(({ before, after, ...rest }) => ({
      ...rest,
      before: showNext(before),
      after: showNext(after),
    })),
  };
}

function showNext({ why, ...rest }: NextStep): z.input<typeof nextStep> {
  return { ...rest, why: [...why] };
}
