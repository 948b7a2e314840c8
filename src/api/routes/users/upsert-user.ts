import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showUser, userReply, userUpsert } from '../../shapes/user.js';
import { writeUser } from '../../../usecases/people/write-user.js';

export const upsertUser = defineEndpoint({
  method: 'PUT',
  path: '/v1/users',
  operationId: 'upsertUser',
  summary: 'Add a user, or change the one with this externalId or email',
  description:
    'The externalId is looked for first, then the email. What is left out stays as it is; a new user needs an email, a name and a time zone.',
  tag: 'users',
  scope: 'admin',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: userUpsert,
  replies: { 200: userReply, 201: userReply },
  refusals: ['CONFLICT', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { user, made } = await writeUser(call, call.body);
    const body = showUser(user);
    if (!made) return { status: 200, body };
    return { status: 201, body, headers: { location: `/v1/users/${user.id}` } };
  },
});
