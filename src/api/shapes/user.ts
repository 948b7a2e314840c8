import { z } from 'zod';
import type { User } from '../../db/queries/users.js';
import { permissions, roles } from '../../domain/access/permission.js';
import {
  emailShape,
  externalIdShape,
  instantShape,
  knownOf,
  lineShape,
  referenceShape,
  timeZoneShape,
} from './common.js';

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
      description: 'Held one by one; an admin has all of them without.',
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
    permissions: z.array(z.enum(permissions)),
    teamIds: z.array(z.uuid()).meta({ description: 'The teams that they are a member of.' }),
    deactivatedAt: instantShape.nullable().meta({
      description: 'Since when they cannot act or be chosen; they have no seat meanwhile.',
    }),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'User' });

export function showUser(user: User): z.input<typeof userReply> {
  return {
    ...user,
    permissions: knownOf(permissions, user.permissions),
    teamIds: [...user.teamIds],
  };
}

export const userUpsert = userPatch
  .refine(({ email, externalId }) => email !== undefined || typeof externalId === 'string', {
    error: 'Name the user by an email or an externalId.',
  })
  .meta({ id: 'UserUpsert' });

export const userRemoval = z
  .strictObject({
    reassignTasksTo: referenceShape.optional().meta({
      description:
        'Who takes over their open tasks. Without it those of enrollments that end are cancelled, and the others go to whoever enrolled.',
    }),
  })
  .meta({ id: 'UserRemoval' });

export const userRemovalReply = z
  .object({
    user: userReply,
    enrollmentsEnded: z.int(),
    tasksReassigned: z.int(),
  })
  .meta({ id: 'UserRemovalResult' });

export const erasedUser = z
  .object({
    id: z.uuid(),
    erasedAt: instantShape,
    mailboxIds: z.array(z.uuid()).meta({ description: 'Their mailboxes, erased with them.' }),
  })
  .meta({ id: 'ErasedUser' });
