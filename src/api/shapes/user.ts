import { z } from 'zod';
import type { User } from '../../db/queries/users.js';
import { permissions, roles } from '../../domain/access/permission.js';
import { emailShape, externalIdShape, instantShape, lineShape, timeZoneShape } from './common.js';

const permissionsShape = z
  .array(z.enum(permissions))
  .max(permissions.length)
  .transform((given) => [...new Set(given)]);

export const userInput = z
  .strictObject({
    email: emailShape,
    name: lineShape(200),
    timeZone: timeZoneShape,
    externalId: externalIdShape.optional(),
    role: z.enum(roles).default('member'),
    hasSeat: z
      .boolean()
      .default(true)
      .meta({ description: 'An assigned Sales or Service seat; without one nobody enrolls.' }),
    permissions: permissionsShape.default(['sequences']).meta({
      description: 'Rights held one by one; an admin has all of them without.',
    }),
  })
  .meta({ id: 'UserInput' });

export const userPatch = z
  .strictObject({
    email: emailShape.optional(),
    name: lineShape(200).optional(),
    timeZone: timeZoneShape.optional(),
    externalId: externalIdShape.nullable().optional(),
    role: z.enum(roles).optional(),
    hasSeat: z.boolean().optional(),
    permissions: permissionsShape.optional().meta({ description: 'All that they are to hold.' }),
  })
  .meta({ id: 'UserPatch' });

export const userReply = z
  .object({
    id: z.uuid(),
    externalId: z.string().nullable(),
    email: z.string(),
    name: z.string(),
    timeZone: z.string(),
    role: z.enum(roles),
    hasSeat: z.boolean(),
    permissions: z.array(z.string()),
    teamIds: z.array(z.uuid()).meta({ description: 'The teams that they are a member of.' }),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'User' });

export function showUser(user: User): z.input<typeof userReply> {
  return { ...user, teamIds: [...user.teamIds] };
}
