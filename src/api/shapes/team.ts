import { z } from 'zod';
import type { Team } from '../../db/queries/teams.js';
import { maxMembers } from '../../usecases/people/edit-team.js';
import { namedShape } from '../http/named.js';
import { idParams, instantShape, lineShape } from './common.js';

const name = lineShape(200).meta({ description: 'Unique in the account.' });
const memberIds = z
  .array(namedShape('user'))
  .max(maxMembers)
  .meta({ description: `Users, at most ${maxMembers}.` });

export const teamInput = z
  .strictObject({ name, memberIds: memberIds.default([]) })
  .meta({ id: 'TeamInput' });

export const teamUpsert = z
  .strictObject({ name, memberIds: memberIds.optional() })
  .meta({ id: 'TeamUpsert' });

export const teamPatch = z.strictObject({ name }).meta({ id: 'TeamPatch' });

export const membersInput = z.strictObject({ memberIds }).meta({ id: 'TeamMembersInput' });

/** The path parameters of a team's member. */
export const memberParams = idParams.extend({ userId: namedShape('user') });

export const teamReply = z
  .object({
    id: z.uuid(),
    name: z.string(),
    memberIds: z.array(z.uuid()),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'Team' });

export function showTeam(team: Team): z.input<typeof teamReply> {
  return { ...team, memberIds: [...team.memberIds] };
}
