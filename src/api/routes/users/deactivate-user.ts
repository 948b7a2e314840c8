import { deactivate } from '../../../usecases/people/deactivate-user.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { referenceParams } from '../../shapes/common.js';
import { showUser, userRemoval, userRemovalReply } from '../../shapes/user.js';

export const deactivateUser = defineEndpoint({
  method: 'POST',
  path: '/v1/users/{id}/deactivate',
  operationId: 'deactivateUser',
  summary: 'Deactivate a user',
  description:
    'They cannot act or be chosen any more. Live enrollments that they send or made end as `unenrolled`, reason `user_removed`; their open tasks are cancelled, or go to another user. The history stays. Nobody deactivates themselves.',
  tag: 'users',
  scope: 'admin',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: userRemoval,
  replies: { 200: userRemovalReply },
  refusals: ['NOT_FOUND', 'ADMIN_REQUIRED', 'CONFLICT', 'USER_DEACTIVATED'],
  handler: async (call) => {
    const { user, ...counts } = await deactivate(call, call.params.id, call.body.reassignTasksTo);
    return { status: 200, body: { user: showUser(user), ...counts } };
  },
});
