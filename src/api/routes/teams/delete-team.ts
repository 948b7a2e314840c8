import { deleteTeam as remove, lockTeam } from '../../../db/queries/teams.js';
import { requireAdmin } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTeam, teamReply } from '../../shapes/team.js';
import { note } from '../../../usecases/log.js';

export const deleteTeam = defineEndpoint({
  method: 'DELETE',
  path: '/v1/teams/{id}',
  summary: 'Delete a team',
  description:
    'Answers what was deleted. Its members lose what was shared with them through it; enrollments that run go on.',
  tag: 'teams',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: teamReply },
  refusals: ['ADMIN_REQUIRED'],
  handler: async (call) => {
    const { tx, accountId, params } = call;
    requireAdmin(call);
    const team = await lockTeam(tx, accountId, params.id);
    if (team === undefined) return refuseUnknown('team');
    await remove(tx, accountId, team.id);
    await note(call, { subject: 'team', id: team.id, type: 'deleted' });
    return { status: 200, body: showTeam(team) };
  },
});
