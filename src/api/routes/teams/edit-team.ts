import { editTeam as edit } from '../../../usecases/people/edit-team.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTeam, teamPatch, teamReply } from '../../shapes/team.js';

export const editTeam = defineEndpoint({
  method: 'PATCH',
  path: '/v1/teams/{id}',
  operationId: 'updateTeam',
  summary: 'Rename a team',
  tag: 'teams',
  scope: 'admin',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: teamPatch,
  replies: { 200: teamReply },
  refusals: ['CONFLICT', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { name } = call.body;
    return { status: 200, body: showTeam(await edit(call, call.params.id, { name })) };
  },
});
