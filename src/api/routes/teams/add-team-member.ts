import { addTeamMember as addMember } from '../../../usecases/people/edit-team.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { memberParams, showTeam, teamReply } from '../../shapes/team.js';

export const addTeamMember = defineEndpoint({
  method: 'PUT',
  path: '/v1/teams/{id}/members/{userId}',
  operationId: 'addTeamMember',
  summary: 'Make a user a member of a team',
  description: 'Changes nothing when they are one already.',
  tag: 'teams',
  scope: 'admin',
  actingUser: 'optional',
  params: memberParams,
  query: nothing,
  body: nothing,
  replies: { 200: teamReply },
  refusals: ['LIMIT_REACHED', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const team = await addMember(call, call.params.id, call.params.userId);
    return { status: 200, body: showTeam(team) };
  },
});
