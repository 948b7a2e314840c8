import { reactivate } from '../../../usecases/people/deactivate-user.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { referenceParams } from '../../shapes/common.js';
import { showUser, userReply } from '../../shapes/user.js';

export const reactivateUser = defineEndpoint({
  method: 'POST',
  path: '/v1/users/{id}/reactivate',
  operationId: 'reactivateUser',
  summary: 'Reactivate a user',
  description:
    'They can act and be chosen again, with the role, seat and permissions they had. Enrollments that ended stay ended. Doing it twice is harmless.',
  tag: 'users',
  scope: 'admin',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: nothing,
  replies: { 200: userReply },
  refusals: ['NOT_FOUND', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    return { status: 200, body: showUser(await reactivate(call, call.params.id)) };
  },
});
