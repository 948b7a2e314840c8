import { findAccount } from '../../../db/queries/accounts.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { accountReply, showAccount } from '../../shapes/account.js';

export const getAccount = defineEndpoint({
  method: 'GET',
  path: '/v1/account',
  operationId: 'getAccount',
  summary: 'Read the account of the key',
  description: 'Its name and time zone, what it has switched on, and what it may do.',
  tag: 'account',
  scope: 'read',
  actingUser: 'optional',
  concurrency: 'etag',
  params: nothing,
  query: nothing,
  body: nothing,
  replies: { 200: accountReply },
  handler: async ({ tx, accountId }) => {
    const account = await findAccount(tx, accountId);
    return account ? { status: 200, body: showAccount(account) } : refuseUnknown('account');
  },
});
