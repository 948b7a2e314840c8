import { countOwned, findAccount, lockAccount } from '../../db/queries/accounts.js';
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
  await lockAccount(act.tx, act.accountId);
  await requireRoomFor(act, kind, 1);
}

/** The same for several, by who has locked something else already: with others at the same moment they may be a few too many. */
export async function requireRoomFor(
  { tx, accountId }: Act,
  kind: keyof typeof caps,
  count: number,
): Promise<void> {
  if (count === 0) return;
  const account = (await findAccount(tx, accountId)) ?? refuseUnknown('account');
  const most = account[caps[kind]];
  if ((await countOwned(tx, accountId, kind)) + count <= most) return;
  refuse('LIMIT_REACHED', `An account has at most ${most} ${kind}, which its limits say.`);
}
