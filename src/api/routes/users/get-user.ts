import { findUser } from '../../../db/queries/users.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { referenceParams } from '../../shapes/common.js';
import { showUser, userReply } from '../../shapes/user.js';

export const getUser = defineEndpoint({
  method: 'GET',
  path: '/v1/users/{id}',
  operationId: 'getUser',
  summary: 'Read a user',
  tag: 'users',
  scope: 'read',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: nothing,
  replies: { 200: userReply },
  handler: async ({ tx, accountId, params }) => {
    const user = await findUser(tx, accountId, { named: params.id });
    return user ? { status: 200, body: showUser(user) } : refuseUnknown('user');
  },
});
