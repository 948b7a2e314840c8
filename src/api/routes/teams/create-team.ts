import { newId } from '../../../db/new-id.js';
import { addMembers, findTeam, insertTeam } from '../../../db/queries/teams.js';
import { requireAdmin } from '../../../usecases/access.js';
import { requireUsers } from '../../../usecases/people/edit-team.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { showTeam, teamInput, teamReply } from '../../shapes/team.js';
import { note } from '../../../usecases/log.js';

export const createTeam = defineEndpoint({
  method: 'POST',
  path: '/v1/teams',
  summary: 'Make a team',
  description:
    'Users that sequences are shared with together. Teams are managed by acting users who are admins, or with an admin’s key that names nobody.',
  tag: 'teams',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: teamInput,
  replies: { 201: teamReply },
  refusals: ['CONFLICT', 'NOT_FOUND', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { tx, accountId, now } = call;
    const { name, memberIds } = call.body;
    requireAdmin(call);
    await requireUsers(call, memberIds);
    const id = newId(now);
    await insertTeam(tx, accountId, { id, name, createdAt: now, updatedAt: now });
    await addMembers(tx, accountId, id, memberIds);
    const team = await findTeam(tx, accountId, id);
    if (team === undefined) return refuseUnknown('team');
    await note(call, { subject: 'team', id, type: 'created', data: { memberIds: team.memberIds } });
    return { status: 201, body: showTeam(team), headers: { location: `/v1/teams/${id}` } };
  },
});
