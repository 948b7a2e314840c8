import { lockAccount, saveAccount } from '../../../db/queries/accounts.js';
import { requireAdmin } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { accountPatch, accountReply, settingsOf, showAccount } from '../../shapes/account.js';

export const editAccount = defineEndpoint({
  method: 'PATCH',
  path: '/v1/account',
  summary: 'Change the settings and limits of the account',
  description:
    'Limits bind from the next slot on: emails that have a reserved slot keep it. A mailbox whose own limit is above the account’s sends by the account’s. A new cap counts what was sent before it. Fewer sequences than there are delete none, but no more can be made. An acting user must be an admin.',
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
    const { tx, accountId, body } = call;
    requireAdmin(call);
    const account = await lockAccount(tx, accountId);
    if (account === undefined) return refuseUnknown('account');
    call.requireVersion(account.version);
    const saved = await saveAccount(tx, accountId, settingsOf(body));
    return { status: 200, body: showAccount(saved) };
  },
});
