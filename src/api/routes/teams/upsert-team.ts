import { writeTeam } from '../../../usecases/people/edit-team.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showTeam, teamReply, teamUpsert } from '../../shapes/team.js';

export const upsertTeam = defineEndpoint({
  method: 'PUT',
  path: '/v1/teams',
  operationId: 'upsertTeam',
  summary: 'Make a team, or change the one with this name',
  description: 'Its members become those that are named; without `memberIds` they stay.',
  tag: 'teams',
  scope: 'admin',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: teamUpsert,
  replies: { 200: teamReply, 201: teamReply },
  refusals: ['CONFLICT', 'NOT_FOUND', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { team, made } = await writeTeam(call, call.body);
    const body = showTeam(team);
    if (!made) return { status: 200, body };
    return { status: 201, body, headers: { location: `/v1/teams/${team.id}` } };
  },
});
