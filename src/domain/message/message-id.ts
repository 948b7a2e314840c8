import { createHmac, timingSafeEqual } from 'node:crypto';
import { asciiDomain } from './address.js';

/** What a Message-ID is made of. */
export interface MessageIdParts {
  /** The send's UUID, in lower case. */
  readonly sendId: string;
  /** The domain of the sender's address. */
  readonly domain: string;
  /** The secret that makes the id unforgeable; at least 16 bytes. */
  readonly key: string | Uint8Array;
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const sendIdForm = new RegExp(`^${uuid}$`);
const messageIdForm = new RegExp(`^<?(${uuid})\\.([0-9a-f]{32})@[^@<>\\s]{1,253}>?$`);
const minKeyBytes = 16;
const maxIdLength = 998;

/**
 * The Message-ID of a send, with its angle brackets: `<send id.MAC@sender's domain>`.
 *
 * Deterministic: a repeated attempt of the same send carries the same id. Unforgeable: the MAC (128 bits of
 * HMAC-SHA256) keeps an outsider who knows or guesses a send id from ending someone's sequence with a made-up reply.
 *
 * Throws RangeError when the send id is no lower-case UUID, the domain no domain, or the key shorter than 16 bytes:
 * each is a defect of the caller, not of the data.
 */
export function messageIdFor(parts: MessageIdParts): string {
  if (!sendIdForm.test(parts.sendId)) throw new RangeError('sendId must be a lower-case UUID');
  const domain = asciiDomain(parts.domain);
  if (domain === undefined) throw new RangeError('domain must be a domain name');
  return `<${parts.sendId}.${macOf(parts.sendId, parts.key).toString('hex')}@${domain}>`;
}

/**
 * The send that a Message-ID of ours names, or undefined when the id is not ours.
 *
 * The inverse of `messageIdFor`, whatever the domain. Tolerates missing angle brackets, white space around it and a
 * change of case, as some servers and mail clients leave it. The MAC is compared in constant time.
 * Throws RangeError for a key shorter than 16 bytes.
 */
export function parseMessageId(id: string, key: string | Uint8Array): string | undefined {
  if (id.length > maxIdLength) return undefined;
  const match = messageIdForm.exec(id.trim().toLowerCase());
  const sendId = match?.[1];
  const mac = match?.[2];
  if (sendId === undefined || mac === undefined) return undefined;
  return timingSafeEqual(Buffer.from(mac, 'hex'), macOf(sendId, key)) ? sendId : undefined;
}

function macOf(sendId: string, key: string | Uint8Array): Buffer {
  if (Buffer.byteLength(key) < minKeyBytes) {
    throw new RangeError(`key must have at least ${minKeyBytes} bytes`);
  }
  // The prefix keeps a MAC made for another purpose with the same key from passing as this one.
  return createHmac('sha256', key).update(`message-id.${sendId}`).digest().subarray(0, 16);
}
