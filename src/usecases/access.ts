import { findSequence, lockSequence, type Sequence } from '../db/queries/sequences.js';
import { hasPermission, type Permission } from '../domain/access/permission.js';
import { accessTo, type AccessLevel } from '../domain/access/sharing.js';
import type { Act, Scope } from './act.js';
import { refuse, refuseUnknown } from './refusal.js';

/**
 * The sequence that a call may know of, or one that it may edit. A sequence that the acting user may not know of is
 * refused like an unknown one; one that they may only use is refused with EDIT_ACCESS_REQUIRED. Without an acting user
 * the key speaks for the account and may know of all (SHR-04).
 */
export function requireAccess(
  { actingUser }: Pick<Act, 'actingUser'>,
  sequence: Sequence | undefined,
  level: AccessLevel,
): Sequence {
  const access = sequence && accessTo(sequence, actingUser);
  if (sequence === undefined || access === undefined) return refuseUnknown('sequence');
  if (level === 'edit' && access !== 'edit') {
    return refuse('EDIT_ACCESS_REQUIRED', {
      detail:
        'The sequence is shared with the acting user to use it, not to edit it. Make a copy, or ask its owner or an admin.',
      extensions: { requiredAccess: 'edit' },
    });
  }
  return sequence;
}

/** Reads the sequence that a path names, or refuses it as `requireAccess` does. */
export async function readSequence(act: Act, id: string): Promise<Sequence> {
  return requireAccess(act, await findSequence(act.tx, act.accountId, id), 'use');
}

/** Reads the sequence that `/sequenceId` of a body names; one that the acting user may not know of is refused like an unknown one. */
export async function readNamedSequence(
  { tx, accountId, actingUser }: Act,
  id: string,
): Promise<Sequence> {
  const sequence = await findSequence(tx, accountId, id);
  if (sequence === undefined || accessTo(sequence, actingUser) === undefined) {
    return refuseUnknown('sequence', '/sequenceId');
  }
  return sequence;
}

/** Locks the sequence that a path names, so that it can be changed. Refuses an actor who may not change it. */
export async function lockForEdit(act: Act, id: string): Promise<Sequence> {
  const found = await lockSequence(act.tx, act.accountId, id, 'edit');
  const sequence = requireAccess(act, found, 'edit');
  requirePermission(act, 'sequences');
  return sequence;
}

/** Refuses an acting user without the permission (SHR-07). Without one the key speaks for the account. */
export function requirePermission(
  { actingUser }: Pick<Act, 'actingUser'>,
  permission: Permission,
): void {
  if (actingUser === null || hasPermission(actingUser, permission)) return;
  refuse('FORBIDDEN_PERMISSION', {
    detail: `The acting user lacks the permission "${permission}"; an admin can give it to them.`,
    extensions: { requiredPermission: permission },
  });
}

/**
 * Lets what only an admin may do pass for a key with the scope `admin` alone, and for its acting user, if it names one, only
 * with the role `admin`. `what` says what is refused, as the subject of a sentence: `Managing teams`.
 */
export function requireAdmin({ actingUser, scopes }: Asking, what: string): void {
  requireScope(scopes, 'admin', what);
  requireWholeView({ actingUser }, what);
}

/**
 * Lets reading what is kept of everything pass for acting users with the role `admin`, and for keys that name nobody. `what` is
 * as for `requireAdmin`.
 */
export function requireWholeView({ actingUser }: Pick<Act, 'actingUser'>, what: string): void {
  if (actingUser === null || actingUser.role === 'admin') return;
  refuse('ADMIN_REQUIRED', {
    detail: `${what} needs an acting user with the role "admin".`,
    extensions: { requiredRole: 'admin' },
  });
}

type Asking = Pick<Act, 'actingUser' | 'scopes'>;

/** Whether somebody may do what only an admin may, by their key and by their role. */
export function isAdmin({ actingUser, scopes }: Asking): boolean {
  return scopes.includes('admin') && (actingUser === null || actingUser.role === 'admin');
}

/** Lets users pass for what is their own, and admins for what is anybody's. `what` is as for `requireAdmin`. */
export function requireOwner(asking: Asking, ownerId: string, what: string): void {
  if (asking.actingUser?.id !== ownerId) requireAdmin(asking, what);
}

const includes: Readonly<Record<Scope, readonly Scope[]>> = {
  read: ['read'],
  write: ['read', 'write', 'events'],
  admin: ['read', 'write', 'admin', 'events'],
  events: ['events'],
};

/** Whether one of the scopes is the wanted one, or includes it. */
export function holdsScope(held: readonly Scope[], wanted: Scope): boolean {
  return held.some((scope) => includes[scope].includes(wanted));
}

/** Refuses a caller who lacks the wanted scope. `what` is as for `requireAdmin`. */
export function requireScope(held: readonly Scope[], wanted: Scope, what = 'This'): void {
  if (holdsScope(held, wanted)) return;
  refuse('FORBIDDEN_SCOPE', {
    detail: `${what} needs a key with the scope "${wanted}".`,
    extensions: { requiredScope: wanted },
  });
}
