import { eraseUser } from '../../../usecases/people/erase-user.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { referenceParams } from '../../shapes/common.js';
import { erasedUser } from '../../shapes/user.js';

export const deleteUser = defineEndpoint({
  method: 'DELETE',
  path: '/v1/users/{id}',
  operationId: 'deleteUser',
  summary: 'Erase a deactivated user',
  description:
    'Erases their name, address and leaves and their mailboxes with address, server and password, takes them out of teams and shares, and revokes the keys that are bound to them. The texts of the mails that they sent are erased by a worker within minutes. What they made, sent and worked keeps their id, and texts that somebody wrote keep what they say. Nobody is erased who is active (`USER_ACTIVE`: deactivate them first), nor the last admin (`LAST_ADMIN`). It cannot be undone.',
  tag: 'users',
  scope: 'admin',
  actingUser: 'optional',
  params: referenceParams,
  query: nothing,
  body: nothing,
  replies: { 200: erasedUser },
  refusals: ['ADMIN_REQUIRED', 'USER_ACTIVE', 'LAST_ADMIN'],
  handler: async (call) => {
    const { mailboxIds, ...erased } = await eraseUser(call, call.params.id);
    return { status: 200, body: { ...erased, mailboxIds: [...mailboxIds] } };
  },
});
