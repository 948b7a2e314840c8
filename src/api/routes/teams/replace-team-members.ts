import { replaceTeamMembers as replaceMembers } from '../../../usecases/people/edit-team.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { membersInput, showTeam, teamReply } from '../../shapes/team.js';

export const replaceTeamMembers = defineEndpoint({
  method: 'PUT',
  path: '/v1/teams/{id}/members',
  operationId: 'replaceTeamMembers',
  summary: 'Make these users, and nobody else, the members of a team',
  description:
    'Takes the whole set. To add or take away one, whatever others do meanwhile, PUT or DELETE that member alone.',
  tag: 'teams',
  scope: 'admin',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: membersInput,
  replies: { 200: teamReply },
  refusals: ['ADMIN_REQUIRED'],
  handler: async (call) => {
    const team = await replaceMembers(call, call.params.id, call.body.memberIds);
    return { status: 200, body: showTeam(team) };
  },
});
