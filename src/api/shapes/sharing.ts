import { z } from 'zod';
import type { Sequence } from '../../db/queries/sequences.js';
import { accessLevels, type Share } from '../../domain/access/sharing.js';
import { problemCodes } from '../http/problem.js';
import { namedShape } from '../http/named.js';
import { idShape } from './common.js';

const maxShares = 100;

const level = z.enum(accessLevels).meta({
  description: '`use`: see it, enroll in it, send for it. `edit`: change and share it too.',
});

// Postgres writes ids in lower case; they are compared and shown that way too.

function sharesInput(noun: string, id: z.ZodType<string>): z.ZodType<Share[]> {
  return z
    .array(z.strictObject({ id, level: level.default('use') }))
    .max(maxShares)
    .superRefine((shares, context) => {
      for (const [index, { id }] of shares.entries()) {
        if (shares.findIndex((share) => share.id === id) === index) continue;
        context.addIssue({
          code: 'custom',
          path: [index, 'id'],
          params: { code: 'duplicate' },
          message: `This ${noun} is named twice; name each once.`,
        });
      }
    });
}

/** With whom a sequence is to be shared, besides its owner; `{}` makes it private. */
export const sharingInput = z
  .strictObject({
    everyone: level
      .nullable()
      .default(null)
      .meta({ description: 'What everyone in the account may do; null for nothing.' }),
    users: sharesInput('user', namedShape('user')).default([]),
    teams: sharesInput('team', idShape).default([]),
  })
  .meta({
    id: 'SharingInput',
    description: `With whom besides the owner; at most ${maxShares} users and ${maxShares} teams. {} is private.`,
  });

const share = z.object({ id: z.uuid(), level: z.enum(accessLevels) });

/** With whom a sequence is shared. */
const sharing = {
  everyone: z.enum(accessLevels).nullable(),
  users: z.array(share),
  teams: z.array(share),
};

/** As a part of a sequence. */
export const sharingPart = z.object(sharing).meta({
  id: 'Sharing',
  description: 'With whom it is shared besides its owner; private when with nobody.',
});

/** As a resource of its own. */
export const sharingReply = z
  .object({
    sequenceId: z.uuid(),
    version: z.int().meta({ description: 'Counts the changes of the sharing; its ETag.' }),
    ...sharing,
  })
  .meta({ id: 'SequenceSharing' });

export function showSharing(sequence: Sequence): z.input<typeof sharingReply> {
  const { everyone, users, teams } = sequence.sharing;
  return {
    sequenceId: sequence.id,
    version: sequence.sharingVersion,
    everyone,
    users: [...users],
    teams: [...teams],
  };
}

export const bulkSharingInput = z
  .strictObject({
    sequences: z
      .array(
        z.strictObject({
          id: z.uuid(),
          version: z.int().optional().meta({
            description:
              'The version of the sharing that the change is based on; refused when another one is current.',
          }),
        }),
      )
      .min(1)
      .max(100),
    sharing: sharingInput,
  })
  .meta({ id: 'BulkSharingInput' });

export const bulkSharingReply = z
  .object({
    results: z.array(
      z.union([
        z.object({
          index: z.int(),
          sequenceId: z.uuid(),
          status: z.enum(['changed', 'unchanged']),
          version: z.int(),
        }),
        z.object({
          index: z.int(),
          sequenceId: z.uuid(),
          status: z.literal('refused'),
          code: z.enum(problemCodes),
          detail: z.string(),
        }),
      ]),
    ),
  })
  .meta({ id: 'BulkSharingResult', description: 'A result for each sequence, in their order.' });
