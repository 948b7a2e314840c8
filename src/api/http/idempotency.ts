import type { Db, Tx } from '../../db/client.js';
import {
  keepAnswer,
  replaceAnswer,
  takeKey,
  type KeyedRequest,
  type StoredAnswer,
} from '../../db/queries/idempotency-keys.js';
import type { AnyReply } from './endpoint.js';
import { refuseFields } from '../../usecases/refusal.js';
import { refuseCall } from './problem.js';

const maxKeyLength = 255;

/** The key in the header, or undefined without one. Refuses a malformed key. */
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

/**
 * The reply that the first request with this key got. Undefined when this is the first request, which then holds the
 * key until its transaction ends. Refuses a key that belongs to another request, and one whose request is still
 * running.
 */
export async function firstReply(
  tx: Tx,
  accountId: string,
  request: KeyedRequest,
): Promise<AnyReply | undefined> {
  const state = await takeKey(tx, accountId, request);
  switch (state.kind) {
    case 'free':
      return undefined;
    case 'answered':
      return replyOf(state.answer);
    case 'running':
      return refuseRunning();
    case 'other_request':
      return refuseCall(
        'IDEMPOTENCY_KEY_REUSED',
        'The key was used with another method, path, body or acting user within 24 hours. Take a new key for a new request.',
      );
  }
}

/** Keeps the reply beside its effect. Refuses, and so undoes the effect, when another request was answered meanwhile. */
export async function keepReply(
  tx: Tx,
  accountId: string,
  request: KeyedRequest,
  reply: AnyReply,
): Promise<void> {
  const kept = await keepAnswer(tx, accountId, request, answerOf(reply));
  if (!kept) refuseRunning();
}

/** Updates the kept reply when its status changed after the commit. */
export async function replaceReply(
  db: Db,
  accountId: string,
  { key }: KeyedRequest,
  reply: AnyReply,
): Promise<void> {
  await replaceAnswer(db, accountId, key, answerOf(reply));
}

function refuseRunning(): never {
  return refuseCall('IDEMPOTENCY_IN_PROGRESS', {
    detail: 'Ask again with the same key and body for its answer.',
    retryAfter: 1,
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
  return { status, body, headers: location === null ? {} : { location }, longLists: [] };
}
