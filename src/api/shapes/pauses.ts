import { z } from 'zod';
import { byOf } from '../../db/queries/enrollments/paused-by.js';
import type { NamedPause } from '../../db/queries/sending-pauses.js';
import type { PausedBy } from '../../domain/enrollment/paused-by.js';
import { actorsWithId, actorsWithoutId } from '../../domain/enrollment/log.js';
import { instantShape } from './common.js';

/** Who paused. */
export const pausedByShape = z
  .object({
    kind: z.enum([...actorsWithId, ...actorsWithoutId]).meta({
      description:
        '`api_key`: a key that named no user; `operator`: somebody in the Temporal UI; `system`: Cadenza itself.',
    }),
    id: z.uuid().nullable().meta({ description: 'Of the user or the key.' }),
    name: z.string().nullable().meta({
      description: 'Of the user; null for all others, and once the user is erased.',
    }),
  })
  .meta({ id: 'PausedBy' });

export function showPausedBy({ kind, id, name }: PausedBy): z.input<typeof pausedByShape> {
  return { kind, id, name };
}

/** The pauses of many enrollments that are in force. */
export const pausesShape = z
  .array(
    z.object({
      scope: z.enum(['account', 'sequence', 'user']),
      userId: z.uuid().nullable(),
      since: instantShape,
      pausedBy: pausedByShape,
    }),
  )
  .meta({ description: 'Of the account, of the sequence, or of the enrollments of a user.' });

/** The pauses that would hold an enrollment that is not made yet. */
export const pausesAheadShape = pausesShape.meta({
  description:
    'The pauses of the account, of the sequence, and of what the acting user enrolls in it, that are in force: nothing is sent before all are lifted, and the dates of the steps rest on that.',
});

export function showPauses(pauses: readonly NamedPause[]): z.input<typeof pausesShape> {
  return pauses.map((pause) => {
    const { userId, pausedAt: since } = pause;
    return { scope: scopeOf(pause), userId, since, pausedBy: showPausedBy(byOf(pause)) };
  });
}

/** What a pause is about. */
export function scopeOf({ sequenceId, userId }: NamedPause): 'account' | 'sequence' | 'user' {
  if (sequenceId === null) return 'account';
  return userId === null ? 'sequence' : 'user';
}
