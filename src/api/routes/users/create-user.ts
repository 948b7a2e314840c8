import { createUser as create } from '../../../usecases/people/write-user.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showUser, userInput, userReply } from '../../shapes/user.js';

export const createUser = defineEndpoint({
  method: 'POST',
  path: '/v1/users',
  operationId: 'createUser',
  summary: 'Add a user',
  description: 'A user is a person who enrolls contacts, sends from a mailbox, or works tasks.',
  tag: 'users',
  scope: 'admin',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: userInput,
  replies: { 201: userReply },
  refusals: ['CONFLICT', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const user = await create(call, call.body);
    return {
      status: 201,
      body: showUser(user),
      headers: { location: `/v1/users/${user.id}` },
    };
  },
});
