import { addMembers, holdContacts, lockList } from '../../../db/queries/lists.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuse } from '../../../usecases/refusal.js';
import { selectContacts } from '../../../usecases/contact/select-contacts.js';
import { idParams } from '../../shapes/common.js';
import { maxAdded, membersAdded, membersInput } from '../../shapes/list.js';
import { requireStatic } from '../../../usecases/contact/static-list.js';
import { noteAll, type Noted } from '../../../usecases/log.js';

export const addListMembers = defineEndpoint({
  method: 'POST',
  path: '/v1/lists/{id}/members',
  summary: 'Put contacts into a static list',
  description:
    `At most ${maxAdded} in a call, named one by one or taken from a selection: all of them, or none when one is unknown. ` +
    'Who is in it already stays in it.',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: membersInput,
  replies: { 200: membersAdded },
  refusals: ['NOT_FOUND', 'LIST_NOT_STATIC', 'BULK_TOO_LARGE'],
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const list = requireStatic(await lockList(tx, accountId, params.id, 'members'));
    const wanted = await selectContacts(call, body, maxAdded);
    const held = await holdContacts(tx, accountId, wanted);
    if (held.size < wanted.length) {
      return refuse('NOT_FOUND', 'A contact was deleted at this moment; ask again without it.');
    }
    const added = await addMembers(tx, list, wanted, now);
    const data = { listId: list.id };
    await noteAll(
      call,
      added.map((id): Noted => ({ subject: 'contact', id, type: 'list_joined', data })),
    );
    return {
      status: 200,
      body: { added: added.length, alreadyIn: wanted.length - added.length },
    };
  },
});
