import {
  contactsLeft,
  countOwned,
  findAccount,
  holdContactRoom,
  lockAccount,
  type Account,
} from '../../db/queries/accounts.js';
import type { Act } from '../act.js';
import { refuse, refuseUnknown } from '../refusal.js';

const caps = {
  templates: 'maxTemplates',
  lists: 'maxLists',
  properties: 'maxProperties',
} as const;

/**
 * Refuses to make one of a kind when the account has as many as it may have. Call it before anything else is locked: the
 * account is, so that two at once cannot both be the last one that is allowed.
 */
export async function requireRoom(act: Act, kind: keyof typeof caps): Promise<void> {
  await requireLeft(act, await lockAccount(act.tx, act.accountId), { kind, count: 1 });
}

/** The same for several, by who has locked something else already: with others at the same moment they may be a few too many. */
export async function requireRoomFor(
  act: Act,
  kind: keyof typeof caps,
  count: number,
): Promise<void> {
  if (count === 0) return;
  await requireLeft(act, await findAccount(act.tx, act.accountId), { kind, count });
}

async function requireLeft(
  { tx, accountId }: Act,
  account: Account | undefined,
  { kind, count }: { readonly kind: keyof typeof caps; readonly count: number },
): Promise<void> {
  const most = (account ?? refuseUnknown('account'))[caps[kind]];
  if ((await countOwned(tx, accountId, kind)) + count <= most) return;
  refuse('LIMIT_REACHED', `An account has at most ${most} ${kind}, which its limits say.`);
}

/** As many contacts as those who make some at this moment may have made unseen. */
const contactsUnseen = 2000;

/**
 * How many of so many contacts may be made. While there is room for many more nobody waits for anybody; close to the cap
 * those who make contacts do it one after the other, so that together they make no more than there may be.
 */
export async function roomForContacts(
  { tx, accountId }: Pick<Act, 'tx' | 'accountId'>,
  wanted: number,
): Promise<number> {
  if (wanted === 0) return 0;
  const left = async (): Promise<number> =>
    (await contactsLeft(tx, accountId)) ?? refuseUnknown('account');
  if ((await left()) >= wanted + contactsUnseen) return wanted;
  await holdContactRoom(tx, accountId);
  return Math.min(wanted, Math.max(0, await left()));
}

/** Refuses to make a contact when the account has as many as it may have. */
export async function requireRoomForContact(of: Pick<Act, 'tx' | 'accountId'>): Promise<void> {
  if ((await roomForContacts(of, 1)) < 1) refuseContact();
}

/** Refuses a contact for which there is no room. */
export function refuseContact(): never {
  refuse('LIMIT_REACHED', 'The account has as many contacts as its limits say.');
}
