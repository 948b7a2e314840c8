import type { Logger } from 'pino';
import type { Db } from '../../db/client.js';
import { noteApiKeyUse } from '../../db/queries/api-keys.js';
import { later } from '../../domain/time/instant.js';
import type { Instant } from '../../domain/time/types.js';
import type { Identity } from './auth.js';

const everyMs = 60_000;

export type NoteKeyUse = (identity: Identity, now: Instant) => void;

/**
 * Notes when a key is used, at most once a minute each. No request waits for it, and one that fails is logged and made up for
 * by the next use.
 */
export function createNoteKeyUse(db: Db, logger: Logger): NoteKeyUse {
  const underWay = new Set<string>();
  return ({ caller: { keyId }, lastUsedAt }, now) => {
    const before = later(now, -everyMs);
    if (underWay.has(keyId) || (lastUsedAt !== null && lastUsedAt > before)) return;
    underWay.add(keyId);
    void noteApiKeyUse(db, keyId, { now, before })
      .catch((error: unknown) => {
        logger.warn({ err: error, keyId }, 'the use of a key was not noted');
      })
      .finally(() => underWay.delete(keyId));
  };
}
