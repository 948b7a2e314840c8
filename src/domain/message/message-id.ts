import { createHmac, timingSafeEqual } from 'node:crypto';
import { asciiDomain } from './address.js';

/** What a Message-ID is made of. */
export interface MessageIdParts {
  /** The send's UUID, in lower case. */
  readonly sendId: string;
  /** The domain of the sender's address. */
  readonly domain: string;
  /** The newest signs. */
  readonly keys: MessageIdKeys;
}

/** The secrets that make Message-IDs unforgeable, the newest first; at least one, each of at least 16 bytes. */
export type MessageIdKeys = readonly (string | Uint8Array)[];

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const sendIdForm = new RegExp(`^${uuid}$`);
const messageIdForm = new RegExp(`^<?(${uuid})\\.([0-9a-f]{32})@[^@<>\\s]{1,253}>?$`);
const minKeyBytes = 16;
const maxIdLength = 998;

/**
 * The Message-ID of a send, with its angle brackets: `<send id.MAC@sender's domain>`.
 *
 * Deterministic while the newest key is the same; whoever may try again after that keeps the id. Unforgeable: the MAC (128 bits of
 * HMAC-SHA256) keeps an outsider who knows or guesses a send id from ending someone's sequence with a made-up reply.
 *
 * Throws RangeError when the send id is no lower-case UUID, the domain no domain, there is no key, or one is shorter than 16
 * bytes: each is a defect of the caller, not of the data.
 */
export function messageIdFor(parts: MessageIdParts): string {
  if (!sendIdForm.test(parts.sendId)) throw new RangeError('sendId must be a lower-case UUID');
  const domain = asciiDomain(parts.domain);
  if (domain === undefined) throw new RangeError('domain must be a domain name');
  const [mac] = macsOf(parts.sendId, parts.keys);
  return `<${parts.sendId}.${mac.toString('hex')}@${domain}>`;
}

/**
 * The send that a Message-ID of ours names, whichever of the keys signed it, or undefined when the id is not ours.
 *
 * The inverse of `messageIdFor`, whatever the domain. Tolerates missing angle brackets, white space around it and a
 * change of case, as some servers and mail clients leave it. How long it takes does not depend on the MAC, nor on which key
 * fits. Throws RangeError without a key, or for one shorter than 16 bytes.
 */
export function parseMessageId(id: string, keys: MessageIdKeys): string | undefined {
  if (id.length > maxIdLength) return undefined;
  const match = messageIdForm.exec(id.trim().toLowerCase());
  const sendId = match?.[1];
  const mac = match?.[2];
  if (sendId === undefined || mac === undefined) return undefined;
  const given = Buffer.from(mac, 'hex');
  const fitting = macsOf(sendId, keys).filter((made) => timingSafeEqual(given, made));
  return fitting.length > 0 ? sendId : undefined;
}

function macsOf(sendId: string, keys: MessageIdKeys): readonly [Buffer, ...Buffer[]] {
  const [newest, ...older] = keys;
  if (newest === undefined) throw new RangeError('a Message-ID needs a key');
  return [macOf(sendId, newest), ...older.map((key) => macOf(sendId, key))];
}

function macOf(sendId: string, key: string | Uint8Array): Buffer {
  if (Buffer.byteLength(key) < minKeyBytes) {
    throw new RangeError(`key must have at least ${minKeyBytes} bytes`);
  }
  // The prefix keeps a MAC made for another purpose with the same key from passing as this one.
  return createHmac('sha256', key).update(`message-id.${sendId}`).digest().subarray(0, 16);
}
