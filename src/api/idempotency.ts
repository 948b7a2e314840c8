import type { Db, Tx } from '../db/client.js';
import {
  claimKey,
  storeAnswer,
  type ClaimedKey,
  type StoredAnswer,
} from '../db/queries/idempotency-keys.js';
import type { AnyReply } from './endpoint.js';
import { refuse, refuseFields } from './problem.js';

/** The claim on an Idempotency-Key, or the answer that the first request with it got. */
export type Claim =
  | { readonly kind: 'claimed'; readonly key: ClaimedKey }
  | { readonly kind: 'replay'; readonly reply: AnyReply };

const maxKeyLength = 255;
// A row may vanish between the failed claim and the look at it; the next claim then succeeds.
const attempts = 3;

/** The key of the header, or undefined without one. Refuses one that is no key. */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (header.length <= maxKeyLength && /^[\x21-\x7e]+$/.test(header)) return header;
  return refuseFields([
    {
      in: 'header',
      pointer: '/Idempotency-Key',
      code: 'invalid_format',
      message: `An Idempotency-Key has 1 to ${maxKeyLength} visible ASCII characters; a UUID is a good one.`,
    },
  ]);
}

/** Claims the key for the request with this digest. Refuses another request's key, and one whose request still runs. */
export async function claimIdempotencyKey(
  db: Db,
  accountId: string,
  key: string,
  digest: string,
): Promise<Claim> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const state = await claimKey(db, accountId, key, digest);
    if (state === undefined) continue;
    switch (state.kind) {
      case 'claimed':
        return { kind: 'claimed', key: state.claim };
      case 'answered':
        return { kind: 'replay', reply: replyOf(state.answer) };
      case 'running':
        return refuseRunning(state.secondsLeft);
      case 'other_request':
        return refuse(
          'IDEMPOTENCY_KEY_REUSED',
          'The key was used with another method, path, body or acting user within 24 hours. Take a new key for a new request.',
        );
    }
  }
  return refuseRunning(1);
}

/** Stores the reply beside its effect. Refuses, and so undoes the effect, when another request holds the key by now. */
export async function keepReply(
  tx: Tx,
  accountId: string,
  key: ClaimedKey,
  reply: AnyReply,
): Promise<void> {
  const kept = await storeAnswer(tx, accountId, key, answerOf(reply));
  if (!kept) refuseRunning(1);
}

/** Stores the reply again whose status became another one after the commit. */
export async function replaceReply(
  db: Db,
  accountId: string,
  key: ClaimedKey,
  reply: AnyReply,
): Promise<void> {
  await storeAnswer(db, accountId, key, answerOf(reply));
}

function refuseRunning(retryAfter: number): never {
  return refuse('IDEMPOTENCY_IN_PROGRESS', {
    detail: 'Ask again with the same key and body for its answer.',
    retryAfter,
  });
}

function answerOf(reply: AnyReply): StoredAnswer {
  return {
    status: reply.status,
    body: reply.body,
    location: reply.headers.location ?? null,
  };
}

function replyOf(answer: StoredAnswer): AnyReply {
  const { status, body, location } = answer;
  return { status, body, headers: location === null ? {} : { location } };
}
