import { removeTeamMember as removeMember } from '../../../usecases/people/edit-team.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { memberParams, showTeam, teamReply } from '../../shapes/team.js';

export const removeTeamMember = defineEndpoint({
  method: 'DELETE',
  path: '/v1/teams/{id}/members/{userId}',
  operationId: 'removeTeamMember',
  summary: 'Take a user out of a team',
  description: 'Changes nothing when they are no member.',
  tag: 'teams',
  scope: 'admin',
  actingUser: 'optional',
  params: memberParams,
  query: nothing,
  body: nothing,
  replies: { 200: teamReply },
  refusals: ['ADMIN_REQUIRED'],
  handler: async (call) => {
    const team = await removeMember(call, call.params.id, call.params.userId);
    return { status: 200, body: showTeam(team) };
  },
});
