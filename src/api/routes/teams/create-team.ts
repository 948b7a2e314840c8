import { createTeam as create } from '../../../usecases/people/edit-team.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showTeam, teamInput, teamReply } from '../../shapes/team.js';

export const createTeam = defineEndpoint({
  method: 'POST',
  path: '/v1/teams',
  operationId: 'createTeam',
  summary: 'Make a team',
  description: 'Users that sequences are shared with together.',
  tag: 'teams',
  scope: 'admin',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: teamInput,
  replies: { 201: teamReply },
  refusals: ['CONFLICT', 'NOT_FOUND', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const team = await create(call, call.body);
    return { status: 201, body: showTeam(team), headers: { location: `/v1/teams/${team.id}` } };
  },
});
