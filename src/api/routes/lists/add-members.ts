import { addToList, maxAdded } from '../../../usecases/contact/list-members.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { membersAdded, membersInput } from '../../shapes/list.js';

export const addListMembers = defineEndpoint({
  method: 'POST',
  path: '/v1/lists/{id}/members',
  operationId: 'addListMembers',
  summary: 'Put contacts into a static list',
  description:
    `At most ${maxAdded} in a call, named one by one or taken from a selection. One that does not exist is answered in \`unknownContacts\` and holds up none of the others. ` +
    'Who is in it already stays in it.',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query: nothing,
  body: membersInput,
  replies: { 200: membersAdded },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND', 'LIST_NOT_STATIC', 'BULK_TOO_LARGE'],
  handler: async (call) => {
    const body = await addToList(call, call.params.id, call.body);
    return { status: 200, body };
  },
});
