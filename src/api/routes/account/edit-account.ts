import { editAccount as edit } from '../../../usecases/account/edit-account.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { accountPatch, accountReply, settingsOf, showAccount } from '../../shapes/account.js';

export const editAccount = defineEndpoint({
  method: 'PATCH',
  path: '/v1/account',
  operationId: 'updateAccount',
  summary: 'Change the settings and limits of the account',
  description:
    'Limits bind from the next slot on: emails that have a reserved slot keep it. A mailbox whose own limit is above the account’s sends by the account’s. A new cap counts what was sent before it. Fewer sequences than there are delete none, but no more can be made.',
  tag: 'account',
  scope: 'admin',
  actingUser: 'optional',
  concurrency: 'if_match',
  params: nothing,
  query: nothing,
  body: accountPatch,
  replies: { 200: accountReply },
  refusals: ['ADMIN_REQUIRED'],
  handler: async (call) => {
    const account = await edit(call, settingsOf(call.body));
    return { status: 200, body: showAccount(account) };
  },
});
