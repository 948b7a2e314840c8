import {
  lockAccount,
  saveAccount,
  type Account,
  type AccountSettings,
} from '../../db/queries/accounts.js';
import { changedFields, isChange } from '../../domain/log/changed-fields.js';
import { requireAdmin } from '../access.js';
import type { Act } from '../act.js';
import { note, type Noting } from '../log.js';
import { refuseUnknown } from '../refusal.js';

/** A change of the settings of an account; what is undefined stays. */
export type AccountPatch = {
  readonly [K in keyof AccountSettings]: AccountSettings[K] | undefined;
};

/** Changes the settings and limits of the account, as an admin, on top of the version that they have read. */
export async function editAccount(act: Act, patch: AccountPatch): Promise<Account> {
  const { tx, accountId } = act;
  requireAdmin(act, 'Changing the account');
  const account = await lockAccount(tx, accountId);
  if (account === undefined) return refuseUnknown('account');
  act.requireVersion(account.version);
  if (!isChange(account, patch)) return account;
  const saved = await saveAccount(tx, accountId, patch);
  await noteSettings(act, account, saved);
  return saved;
}

/** Switches on these capabilities and no others; undefined for an account that does not exist. */
export async function setCapabilities(
  noting: Noting,
  capabilities: readonly string[],
): Promise<Account | undefined> {
  const { tx, accountId } = noting;
  const account = await lockAccount(tx, accountId);
  if (account === undefined) return undefined;
  const saved = await saveAccount(tx, accountId, { capabilities: [...capabilities] });
  await noteSettings(noting, account, saved);
  return saved;
}

/** Tells of each setting that was changed what it was and what it is. */
async function noteSettings(noting: Noting, from: Account, to: Account): Promise<void> {
  const [before, after] = [readableSettings(from), readableSettings(to)];
  const fields = changedFields(before, after);
  if (fields.length === 0) return;
  const changed = (settings: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => fields.includes(name)));
  const data = { fields, before: changed(before), after: changed(after) };
  await note(noting, { subject: 'account', id: to.id, type: 'changed', data });
}

/** Settings by the names that callers know them by. */
function readableSettings(account: Account): Readonly<Record<string, unknown>> {
  return {
    name: account.name,
    timeZone: account.timeZone,
    workingDays: account.workingDays,
    placeholdersAreValues: account.placeholdersAreValues,
    taskOutcomes: account.taskOutcomes,
    capabilities: account.capabilities,
    'limits.mailboxPerMinute': account.mailboxPerMinute,
    'limits.mailboxPerDay': account.mailboxPerDay,
    'limits.userPerDay': account.userPerDay,
    'limits.recipientDomainPerDay': account.recipientDomainPerDay,
    'limits.companyPerDay': account.companyPerDay,
    'limits.sequences': account.maxSequences,
    'limits.templates': account.maxTemplates,
    'limits.lists': account.maxLists,
    'limits.properties': account.maxProperties,
    'limits.contacts': account.maxContacts,
  };
}
