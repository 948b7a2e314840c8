import { newId } from '../../../db/new-id.js';
import { normalizedEmail } from '../../../db/queries/reference.js';
import { insertUser } from '../../../db/queries/users.js';
import { requireAdmin } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showUser, userInput, userReply } from '../../shapes/user.js';
import { note } from '../../../usecases/log.js';
import { userMade } from '../../../usecases/people/write-user.js';

export const createUser = defineEndpoint({
  method: 'POST',
  path: '/v1/users',
  summary: 'Add a user',
  description:
    'A user is a person who enrolls contacts, sends from a mailbox, or works tasks. An acting user must be an admin to add one.',
  tag: 'users',
  scope: 'admin',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: userInput,
  replies: { 201: userReply },
  refusals: ['CONFLICT', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    requireAdmin(call);
    const { tx, accountId, body, now } = call;
    const user = await insertUser(tx, accountId, {
      ...body,
      id: newId(now),
      externalId: body.externalId ?? null,
      emailNormalized: normalizedEmail(body.email) ?? body.email,
      createdAt: now,
      updatedAt: now,
    });
    await note(call, userMade(user));
    return {
      status: 201,
      body: showUser(user),
      headers: { location: `/v1/users/${user.id}` },
    };
  },
});
