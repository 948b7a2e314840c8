import { addMembers } from '../../../db/queries/teams.js';
import { findUser } from '../../../db/queries/users.js';
import { editTeam } from '../../../usecases/people/edit-team.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuse, refuseUnknown } from '../../../usecases/refusal.js';
import { maxMembers, memberParams, showTeam, teamReply } from '../../shapes/team.js';

export const addTeamMember = defineEndpoint({
  method: 'PUT',
  path: '/v1/teams/{id}/members/{userId}',
  summary: 'Make a user a member of a team',
  description: 'Changes nothing when they are one already.',
  tag: 'teams',
  scope: 'write',
  actingUser: 'optional',
  params: memberParams,
  query: nothing,
  body: nothing,
  replies: { 200: teamReply },
  refusals: ['LIMIT_REACHED', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { tx, accountId, params } = call;
    const team = await editTeam(call, params.id, {
      members: async ({ id, memberIds }) => {
        const user = await findUser(tx, accountId, { id: params.userId });
        if (user === undefined) return refuseUnknown('user');
        if (memberIds.includes(user.id)) return;
        if (memberIds.length >= maxMembers) {
          refuse('LIMIT_REACHED', `The team has ${maxMembers} members, which is the most.`);
        }
        await addMembers(tx, accountId, id, [user.id]);
      },
    });
    return { status: 200, body: showTeam(team) };
  },
});
