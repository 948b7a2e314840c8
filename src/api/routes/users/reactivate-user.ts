import { findUser, updateUser } from '../../../db/queries/users.js';
import { requireAdmin } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { referenceParams } from '../../shapes/common.js';
import { showUser, userReply } from '../../shapes/user.js';
import { note } from '../../../usecases/log.js';

export const reactivateUser = defineEndpoint({
  method: 'POST',
  path: '/v1/users/{id}/reactivate',
  summary: 'Reactivate a user',
  description:
    'They can act and be chosen again, with the role, seat and rights they had. Enrollments that ended stay ended. Doing it twice is harmless.',
  tag: 'users',
  scope: 'write',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: nothing,
  replies: { 200: userReply },
  refusals: ['NOT_FOUND', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { tx, accountId, params, now } = call;
    requireAdmin(call);
    const user = await findUser(tx, accountId, { named: params.id });
    if (user === undefined) return refuseUnknown('user');
    const change = { deactivatedAt: null, updatedAt: now };
    const saved = await updateUser(tx, accountId, user.id, change);
    if (saved === undefined) return refuseUnknown('user');
    if (user.deactivatedAt !== null) {
      await note(call, { subject: 'user', id: user.id, type: 'reactivated' });
    }
    return { status: 200, body: showUser(saved) };
  },
});
