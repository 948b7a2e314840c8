import { lockAccount, saveAccount, type Account } from '../../../db/queries/accounts.js';
import { requireAdmin } from '../../../usecases/access.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { accountPatch, accountReply, settingsOf, showAccount } from '../../shapes/account.js';
import { changedFields } from '../../../domain/log/changed-fields.js';
import { note } from '../../../usecases/log.js';

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
    await noteSettings(call, account, saved);
    return { status: 200, body: showAccount(saved) };
  },
});

/** Tells of each setting that was changed what it was and what it is. */
async function noteSettings(call: CallContext, from: Account, to: Account): Promise<void> {
  const [before, after] = [readableSettings(from), readableSettings(to)];
  const fields = changedFields(before, after);
  if (fields.length === 0) return;
  const changed = (settings: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => fields.includes(name)));
  const data = { fields, before: changed(before), after: changed(after) };
  await note(call, { subject: 'account', id: to.id, type: 'changed', data });
}

function readableSettings(account: Account): Readonly<Record<string, unknown>> {
  const { name, timeZone, capabilities, limits } = accountReply.parse(showAccount(account));
  const counts = Object.entries(limits).map(([limit, count]): [string, unknown] => [
    `limits.${limit}`,
    count,
  ]);
  return { name, timeZone, capabilities, ...Object.fromEntries(counts) };
}
