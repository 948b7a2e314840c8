import type { Tx } from '../db/client.js';
import type { User } from '../db/queries/users.js';
import type { Actor, Cause } from '../domain/enrollment/log.js';
import type { Happening } from '../domain/enrollment/progress.js';
import type { Instant } from '../domain/time/types.js';
import type { Ports } from './ports.js';
import { refuse } from './refusal.js';

/**
 * What an actor may do for the account: `admin` includes `write`, which includes `read`. `events` is to report events, and
 * nothing else; `write` includes it.
 */
export const scopes = ['read', 'write', 'admin', 'events'] as const;
export type Scope = (typeof scopes)[number];

/** From where a call comes: the network address of its caller, and the key that it was made with. */
export interface Origin {
  readonly address: string | null;
  readonly keyId: string;
}

/** Runs once the transaction is committed, and never if it is not. A hook that fails is logged and changes nothing. */
export type AfterCommit = () => Promise<unknown>;

/**
 * Who does something, for which account, when and why, and in what transaction. It is built once, at the door through
 * which the work comes in: a request, an activity, a command.
 */
export interface Act {
  /** The one transaction that holds the whole effect. */
  readonly tx: Tx;
  readonly accountId: string;
  readonly now: Instant;
  /** What the log says about who did it. */
  readonly actor: Actor;
  /** What the log says about what brought it about. */
  readonly cause: Cause;
  /** The person on whose behalf it is done; null where the account itself acts. */
  readonly actingUser: User | null;
  readonly scopes: readonly Scope[];
  /** From where it was asked for; nothing for what Cadenza or its operator does. */
  readonly from?: Origin;
  /**
   * Refuses a change that is based on another version than the current one, if the actor has read a version before.
   * Call it with the row locked.
   */
  readonly requireVersion: (currentVersion: number) => void;
  /** The same for a change that may also be made without naming a version. */
  readonly heedVersion: (currentVersion: number) => void;
  readonly afterCommit: (hook: AfterCommit) => void;
  readonly ports: Ports;
}

/** How an act is described to a decision of the domain. */
export function happeningOf({
  now,
  actor,
  cause,
}: Pick<Act, 'now' | 'actor' | 'cause'>): Happening {
  return { at: now, actor, cause };
}

/** The person on whose behalf it is done, for things that only a person can do. */
export function requireActingUser({ actingUser }: Pick<Act, 'actingUser'>): User {
  return (
    actingUser ??
    refuse(
      'ACTING_USER_REQUIRED',
      'Name the person on whose behalf you act in the header Cadenza-User: an id, an externalId or an email of a user.',
    )
  );
}
