import type { Actor, Cause } from '../domain/enrollment/log.js';
import type { Instant } from '../domain/time/types.js';
import { transactions, type Transact } from '../usecases/transact.js';
import type { ActivityDeps } from './deps.js';

/** Who acts in an activity, for which account, when and why. */
interface Acting {
  readonly accountId: string;
  readonly now: () => Instant;
  readonly actor: Actor;
  readonly cause: Cause;
}

/** Something is done because its time has come. */
export const due = { actor: { kind: 'system' }, cause: { kind: 'due' } } as const;

/** Somebody asked for it in the Temporal UI. */
export const askedInUi = { actor: { kind: 'operator' }, cause: { kind: 'temporal_ui' } } as const;

/** Transactions of an activity: it acts for the account itself, and has read no version that another could have changed. */
export function transactionsOf({ db, ports }: ActivityDeps, { now, ...acting }: Acting): Transact {
  const transact = transactions(db, {
    ...acting,
    now: now(),
    actingUser: null,
    scopes: ['admin'],
    requireVersion: () => undefined,
    heedVersion: () => undefined,
    ports,
  });
  // Time passes while a connection is waited for.
  return (work) => transact((act) => work({ ...act, now: now() }));
}
