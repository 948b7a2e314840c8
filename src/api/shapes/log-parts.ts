import { z } from 'zod';
import {
  actorsWithId,
  actorsWithoutId,
  causesWithId,
  causesWithoutId,
} from '../../domain/enrollment/log.js';
import { enrollmentReasons } from '../../domain/enrollment/state.js';
import { whyRules } from '../../domain/time/types.js';

/** In place of what an earlier or a later release has written, and this one does not know. */
export const otherKind = 'other';

/** A reply of a list that grows: the texts that are known, and a warning that more may come. */
export function openList(known: readonly string[], about: string): z.ZodString {
  return z.string().meta({
    description: `${about} An open list, to which releases add: ${known.map((each) => `\`${each}\``).join(', ')}.`,
  });
}

export const reasonReply = openList(enrollmentReasons, 'Why the enrollment is where it is.');

export const whyShape = z
  .looseObject({ rule: z.enum([...whyRules, otherKind]).catch(otherKind) })
  .meta({ id: 'Why', description: 'A rule that set or moved a time, with what it did.' });

const other = z.object({ kind: z.literal(otherKind) });

export const actorReply = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.enum(actorsWithId), id: z.uuid() }),
    z.object({ kind: z.enum(actorsWithoutId) }),
    other,
  ])
  .catch({ kind: otherKind })
  .meta({
    id: 'Actor',
    description:
      'Who did it: a user, an API key without one, whoever runs Cadenza, or Cadenza itself; `other` for what this release does not know.',
  });

export const causeReply = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.enum(causesWithId), id: z.string().optional() }),
    z.object({ kind: z.enum(causesWithoutId) }),
    other,
  ])
  .catch({ kind: otherKind })
  .meta({
    id: 'Cause',
    description:
      'What brought it about: a request, a reported event, the answer of a mail server or a bulk enrollment, with its id; a time that had come, the Temporal UI or a command; `other` for what this release does not know.',
  });

/** Who did something, as it is kept. */
export function showActor(kept: unknown): z.output<typeof actorReply> {
  return actorReply.parse(kept);
}

/** What brought something about, as it is kept. */
export function showCause(kept: unknown): z.output<typeof causeReply> {
  return causeReply.parse(kept);
}
