import { normalizedEmail } from '../../../db/queries/reference.js';
import { findUser, updateUser } from '../../../db/queries/users.js';
import { requireAdmin } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { referenceParams } from '../../shapes/common.js';
import { showUser, userPatch, userReply } from '../../shapes/user.js';
import { noteUserChange } from '../../../usecases/people/write-user.js';

export const editUser = defineEndpoint({
  method: 'PATCH',
  path: '/v1/users/{id}',
  summary: 'Change a user, their role and their rights',
  description:
    'What is left out stays as it is; `permissions` takes all that they are to hold. It needs an acting user who is an admin, or an admin’s key that names nobody. Enrollments that run go on.',
  tag: 'users',
  scope: 'write',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: userPatch,
  replies: { 200: userReply },
  refusals: ['CONFLICT', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    requireAdmin(call);
    const user = await findUser(tx, accountId, { named: params.id });
    if (user === undefined) return refuseUnknown('user');
    const { email, ...fields } = body;
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    const saved = await updateUser(tx, accountId, user.id, {
      ...Object.fromEntries(given),
      ...(email !== undefined && { email, emailNormalized: normalizedEmail(email) ?? email }),
      updatedAt: now,
    });
    if (saved === undefined) return refuseUnknown('user');
    await noteUserChange(call, user, saved);
    return { status: 200, body: showUser(saved) };
  },
});
