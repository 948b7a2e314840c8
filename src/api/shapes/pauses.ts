import { z } from 'zod';
import type { SendingPause } from '../../db/queries/sending-pauses.js';
import { instantShape } from './common.js';

/** The pauses of many enrollments that are in force. */
export const pausesShape = z
  .array(
    z.object({
      scope: z.enum(['account', 'sequence', 'user']),
      userId: z.uuid().nullable(),
      since: instantShape,
    }),
  )
  .meta({ description: 'Of the account, of the sequence, or of the enrollments of a user.' });

/** The pauses that would hold an enrollment that is not made yet. */
export const pausesAheadShape = pausesShape.meta({
  description:
    'The pauses of the account, of the sequence, and of what the acting user enrolls in it, that are in force: nothing is sent before all are lifted, and the dates of the steps rest on that.',
});

export function showPauses(pauses: readonly SendingPause[]): z.input<typeof pausesShape> {
  return pauses.map(({ sequenceId, userId, pausedAt: since }) => {
    if (sequenceId === null) return { scope: 'account', userId, since };
    return { scope: userId === null ? 'sequence' : 'user', userId, since };
  });
}
