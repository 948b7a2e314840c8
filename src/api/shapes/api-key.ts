import { z } from 'zod';
import type { ApiKeyRow } from '../../db/queries/api-keys.js';
import { scopes } from '../../usecases/act.js';
import { instantInput, instantShape, knownOf, lineShape, referenceShape } from './common.js';

const mostHours = 30 * 24;

const expiry = instantInput.optional();

export const apiKeyInput = z
  .strictObject({
    name: lineShape(200).meta({ description: 'What it is for, for people.' }),
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .max(scopes.length)
      .transform((given) => [...new Set(given)])
      .meta({
        description:
          '`admin` includes `write`, which includes `read` and `events`. `events` alone reports events and does nothing else.',
      }),
    user: referenceShape.optional().meta({
      description:
        'The one user that the key speaks for, whether or not a call names them. Without it the key speaks for whomever a call names, and otherwise for the account.',
    }),
    expiresAt: expiry.meta({ description: 'From when on it is refused; never without it.' }),
  })
  .meta({ id: 'ApiKeyInput' });

export const apiKeyRotation = z
  .strictObject({
    overlapHours: z
      .number()
      .min(0)
      .max(mostHours)
      .default(24)
      .meta({ description: `How long the old key stays valid, 0 to ${mostHours} hours.` }),
    expiresAt: expiry.meta({
      description:
        'When the new key expires; without it, it lasts as long as the old was made for.',
    }),
  })
  .meta({ id: 'ApiKeyRotation' });

const fields = {
  id: z.uuid(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  userId: z.uuid().nullable().meta({ description: 'The one user that it speaks for.' }),
  createdAt: instantShape,
  expiresAt: instantShape.nullable(),
  lastUsedAt: instantShape.nullable().meta({ description: 'To the minute.' }),
  revokedAt: instantShape.nullable(),
};

export const apiKeyReply = z.object(fields).meta({ id: 'ApiKey' });

const key = z.string().nullable().meta({
  description: 'The key itself, shown this once; null in the answer to a repeat.',
});

export const apiKeyMade = z.object({ ...fields, key }).meta({ id: 'ApiKeyMade' });

export const apiKeyRotated = z
  .object({
    ...fields,
    key,
    replaces: z
      .object({ id: z.uuid(), expiresAt: instantShape })
      .meta({ description: 'The old key, and from when on it is refused.' }),
  })
  .meta({ id: 'ApiKeyRotated' });

/** Never with its hash. */
export function showApiKey(row: ApiKeyRow): z.input<typeof apiKeyReply> {
  const { id, name, userId, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
  return {
    ...{ id, name, scopes: knownOf(scopes, row.scopes), userId },
    ...{ createdAt, expiresAt, lastUsedAt, revokedAt },
  };
}
