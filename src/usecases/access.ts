import { findSequence, lockSequence, type Sequence } from '../db/queries/sequences.js';
import { hasPermission, type Permission } from '../domain/access/permission.js';
import { accessTo, type AccessLevel } from '../domain/access/sharing.js';
import { requireScope } from '../api/http/auth.js';
import type { CallContext } from '../api/http/endpoint.js';
import { refuse, refuseUnknown } from '../api/http/problem.js';

/**
 * The sequence that a call may know of, or one that it may edit. Refuses one that the acting user may not know of like an
 * unknown one, and one that they may only use with EDIT_ACCESS_REQUIRED. Without an acting user the key speaks for the
 * account and may know of all (SHR-04).
 */
export function requireAccess(
  { actingUser }: Pick<CallContext, 'actingUser'>,
  sequence: Sequence | undefined,
  level: AccessLevel,
): Sequence {
  const access = sequence && accessTo(sequence, actingUser);
  if (sequence === undefined || access === undefined) return refuseUnknown('sequence');
  if (level === 'edit' && access !== 'edit') {
    return refuse(
      'EDIT_ACCESS_REQUIRED',
      'The sequence is shared with the acting user to use it, not to edit it. Make a copy, or ask its owner or an admin.',
    );
  }
  return sequence;
}

/** Reads the sequence that a path names, or refuses it as `requireAccess` does. */
export async function readSequence(call: CallContext, id: string): Promise<Sequence> {
  return requireAccess(call, await findSequence(call.tx, call.accountId, id), 'use');
}

/** Reads the sequence that `/sequenceId` of a body names; one that the acting user may not know of is refused like an unknown one. */
export async function readNamedSequence(
  { tx, accountId, actingUser }: CallContext,
  id: string,
): Promise<Sequence> {
  const sequence = await findSequence(tx, accountId, id);
  if (sequence === undefined || accessTo(sequence, actingUser) === undefined) {
    return refuseUnknown('sequence', '/sequenceId');
  }
  return sequence;
}

/** Locks the sequence that a path names for a change of it, or refuses whoever may not make one. */
export async function lockForEdit(call: CallContext, id: string): Promise<Sequence> {
  const found = await lockSequence(call.tx, call.accountId, id, 'edit');
  const sequence = requireAccess(call, found, 'edit');
  requirePermission(call, 'sequences');
  return sequence;
}

/** Refuses an acting user without the right (SHR-07). Without one the key speaks for the account. */
export function requirePermission(
  { actingUser }: Pick<CallContext, 'actingUser'>,
  permission: Permission,
): void {
  if (actingUser === null || hasPermission(actingUser, permission)) return;
  refuse('FORBIDDEN_PERMISSION', {
    detail: `The acting user lacks the permission "${permission}"; an admin can give it to them.`,
    extensions: { requiredPermission: permission },
  });
}

/** Refuses all but an acting user who is an admin, and a key with the scope `admin` that names nobody. */
export function requireAdmin({ actingUser, caller }: CallContext): void {
  if (actingUser === null) {
    requireScope(caller, 'admin');
    return;
  }
  if (actingUser.role === 'admin') return;
  refuse(
    'ADMIN_REQUIRED',
    'Users, their rights and teams are managed by users with the role "admin".',
  );
}
