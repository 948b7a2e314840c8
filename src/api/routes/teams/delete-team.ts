import { deleteTeam as remove } from '../../../usecases/people/edit-team.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showTeam, teamReply } from '../../shapes/team.js';

export const deleteTeam = defineEndpoint({
  method: 'DELETE',
  path: '/v1/teams/{id}',
  operationId: 'deleteTeam',
  summary: 'Delete a team',
  description:
    'Answers what was deleted. Its members lose what was shared with them through it; enrollments that run go on.',
  tag: 'teams',
  scope: 'admin',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: teamReply },
  refusals: ['ADMIN_REQUIRED'],
  handler: async (call) => {
    return { status: 200, body: showTeam(await remove(call, call.params.id)) };
  },
});
