import { mintApiKey } from './api-key.js';
import { newId } from '../../db/new-id.js';
import {
  insertApiKey,
  lockApiKey,
  updateApiKey,
  type ApiKeyRow,
} from '../../db/queries/api-keys.js';
import type { Reference } from '../../db/queries/reference.js';
import { findUser } from '../../db/queries/users.js';
import { later, toEpochMs } from '../../domain/time/instant.js';
import type { Instant } from '../../domain/time/types.js';
import { requireAdmin } from '../access.js';
import type { Act, Scope } from '../act.js';
import { note, type Noting } from '../log.js';
import { refuse, refuseFields, refuseUnknown } from '../refusal.js';

/** What is refused to whoever is no admin. */
export const managingKeys = 'Managing API keys';

/** A key to be made. */
export interface NewKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The one user that it is to speak for. */
  readonly user?: Reference | undefined;
  /** From when on it is refused; never without it. */
  readonly expiresAt?: Instant | undefined;
}

/** A key as its owner gets it; the token is not kept and cannot be shown again. */
export interface Issued {
  readonly key: ApiKeyRow;
  readonly token: string;
}

/** Makes a key, as an admin. Refuses a user who is unknown or deactivated, and an expiry that is past. */
export function createKey(act: Act, wanted: NewKey): Promise<Issued> {
  requireAdmin(act, managingKeys);
  return issueKey(act, wanted);
}

/** Makes a key, whoever asks for it. Refuses what `createKey` does. */
export async function issueKey(noting: Noting, wanted: NewKey): Promise<Issued> {
  const { name, scopes, user, expiresAt = null } = wanted;
  requireFuture(expiresAt, noting.now);
  const userId = user === undefined ? null : await requireActive(noting, user);
  return insertKey(noting, { name, scopes: [...scopes], userId, expiresAt });
}

/**
 * Makes a successor of a key, as an admin: with its name, scopes and user, and valid for as long as it was made for unless
 * `expiresAt` says otherwise. The key itself is refused after `overlapMs`. Refuses an unknown key, and one that is revoked or
 * expired.
 */
export async function rotateKey(
  act: Act,
  id: string,
  {
    overlapMs,
    expiresAt,
  }: { readonly overlapMs: number; readonly expiresAt?: Instant | undefined },
): Promise<Issued & { readonly replaced: ApiKeyRow }> {
  requireAdmin(act, managingKeys);
  const { tx, accountId, now } = act;
  const old = await requireLocked(act, id);
  if (old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= now)) {
    return refuse('CONFLICT', 'The key is revoked or expired: make a new one.');
  }
  requireFuture(expiresAt ?? null, now);
  const issued = await insertKey(act, {
    name: old.name,
    scopes: old.scopes,
    userId: old.userId,
    expiresAt: expiresAt ?? sameLifetime(old, now),
  });
  const end = later(now, overlapMs);
  const lastsUntil = old.expiresAt !== null && old.expiresAt < end ? old.expiresAt : end;
  const replaced = await updateApiKey(tx, accountId, old.id, { expiresAt: lastsUntil });
  const data = { replacedBy: issued.key.id, expiresAt: lastsUntil };
  await note(act, { subject: 'api_key', id: old.id, type: 'rotated', data });
  return { ...issued, replaced };
}

/** Makes a key useless from the commit on, as an admin. Doing it twice is harmless. Refuses an unknown one. */
export async function revokeKey(act: Act, id: string): Promise<ApiKeyRow> {
  requireAdmin(act, managingKeys);
  return (await revoke(act, id)) ?? refuseUnknown('API key');
}

/** Makes a key useless from the commit on, whoever asks for it; undefined when the account has no such key. */
export async function revoke(noting: Noting, id: string): Promise<ApiKeyRow | undefined> {
  const { tx, accountId, now } = noting;
  const key = await lockApiKey(tx, accountId, id);
  if (key === undefined || key.revokedAt !== null) return key;
  const revoked = await updateApiKey(tx, accountId, key.id, { revokedAt: now });
  await note(noting, { subject: 'api_key', id: key.id, type: 'revoked' });
  return revoked;
}

async function insertKey(
  noting: Noting,
  wanted: Pick<ApiKeyRow, 'name' | 'scopes' | 'userId' | 'expiresAt'>,
): Promise<Issued> {
  const { tx, accountId, now } = noting;
  const id = newId(now);
  const { token, secretHash } = mintApiKey(id);
  const { name, scopes, userId, expiresAt } = wanted;
  const row = { id, name, secretHash, scopes, userId, expiresAt, createdAt: now };
  const key = await insertApiKey(tx, accountId, row);
  const data = { scopes: key.scopes, userId, expiresAt };
  await note(noting, { subject: 'api_key', id, type: 'created', data });
  return { key, token };
}

async function requireLocked({ tx, accountId }: Act, id: string): Promise<ApiKeyRow> {
  return (await lockApiKey(tx, accountId, id)) ?? refuseUnknown('API key');
}

async function requireActive({ tx, accountId }: Noting, user: Reference): Promise<string> {
  const found = await findUser(tx, accountId, user);
  if (found === undefined) return refuseUnknown('user', '/user');
  if (found.deactivatedAt === null) return found.id;
  return refuse('USER_DEACTIVATED', 'A key speaks for a user who is active; name another.');
}

function requireFuture(expiresAt: Instant | null, now: Instant): void {
  if (expiresAt === null || expiresAt > now) return;
  const message = 'A key that is expired already can do nothing: give a time to come.';
  refuseFields([{ pointer: '/expiresAt', code: 'not_in_future', message }]);
}

/** The last instant that the API takes. */
const lastExpiry = '9998-12-31T23:59:59.999Z';

function sameLifetime({ createdAt, expiresAt }: ApiKeyRow, now: Instant): Instant | null {
  if (expiresAt === null) return null;
  const end = later(now, toEpochMs(expiresAt) - toEpochMs(createdAt));
  return end < lastExpiry ? end : lastExpiry;
}
