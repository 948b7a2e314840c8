import { z } from 'zod';
import type { User } from '../../db/queries/users.js';
import { emailShape, externalIdShape, instantShape, lineShape, timeZoneShape } from './common.js';

const roles = ['admin', 'member'] as const;
/** The four rights of SHR-07. */
const permissions = ['sequences', 'bulk_enroll', 'edit_workflows', 'publish_workflows'] as const;

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
    permissions: z.array(z.enum(permissions)).max(permissions.length).default(['sequences']),
  })
  .meta({ id: 'UserInput' });

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
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'User' });

export function showUser(user: User): z.input<typeof userReply> {
  return { ...user };
}
