import type { Tx } from '../db/client.js';
import type { Instant } from '../domain/time/types.js';
import type { Act } from '../usecases/act.js';

/** An act of the system: something is done because its time has come. */
export function dueAct(
  tx: Tx,
  accountId: string,
  now: Instant,
): Pick<Act, 'tx' | 'accountId' | 'now' | 'actor' | 'cause'> {
  return { tx, accountId, now, actor: { kind: 'system' }, cause: { kind: 'due' } };
}
