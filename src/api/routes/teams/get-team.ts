import { findTeam } from '../../../db/queries/teams.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTeam, teamReply } from '../../shapes/team.js';

export const getTeam = defineEndpoint({
  method: 'GET',
  path: '/v1/teams/{id}',
  operationId: 'getTeam',
  summary: 'Read a team',
  tag: 'teams',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: teamReply },
  handler: async ({ tx, accountId, params }) => {
    const team = await findTeam(tx, accountId, params.id);
    return team ? { status: 200, body: showTeam(team) } : refuseUnknown('team');
  },
});
