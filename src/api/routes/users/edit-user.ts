import { editUser as edit } from '../../../usecases/people/write-user.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { referenceParams } from '../../shapes/common.js';
import { showUser, userPatch, userReply } from '../../shapes/user.js';

export const editUser = defineEndpoint({
  method: 'PATCH',
  path: '/v1/users/{id}',
  operationId: 'updateUser',
  summary: 'Change a user, their role and their permissions',
  description:
    'What is left out stays as it is; `permissions` takes all that they are to hold. Enrollments that run go on.',
  tag: 'users',
  scope: 'admin',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: userPatch,
  replies: { 200: userReply },
  refusals: ['CONFLICT', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const user = await edit(call, call.params.id, call.body);
    return { status: 200, body: showUser(user) };
  },
});
