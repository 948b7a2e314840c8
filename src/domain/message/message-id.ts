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
const atDomain = '@[^@<>\\s]{1,253}>?$';
// Digits to the base 36, since some servers change the case of an id: 25 hold 128 bits, 16 hold 80.
const messageIdForm = new RegExp(`^<?([0-9a-z]{25})([0-9a-z]{16})${atDomain}`);
const sendIdDigits = 25;
const macDigits = 16;
const macBytes = 10;
/** How earlier releases wrote it: 128 bits of MAC, in hexadecimal digits. */
const earlierForm = new RegExp(`^<?(${uuid})\\.([0-9a-f]{32})${atDomain}`);
const minKeyBytes = 16;
const maxIdLength = 998;

/**
 * The Message-ID of a send, with its angle brackets: `<send id and MAC@sender's domain>`, 44 characters and the domain, so that
 * the header fits its line (76 characters) with domains of up to 19.
 *
 * Deterministic while the newest key is the same; whoever may try again after that keeps the id. Unforgeable: the MAC (80 bits of
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
  const sendId = inDigits(parts.sendId.replaceAll('-', ''), sendIdDigits);
  const signature = inDigits(mac.toString('hex', 0, macBytes), macDigits);
  return `<${sendId}${signature}@${domain}>`;
}

/**
 * The send that a Message-ID of ours names, whichever of the keys signed it, or undefined when the id is not ours.
 *
 * The inverse of `messageIdFor`, whatever the domain, and of that of earlier releases. Tolerates missing angle brackets, white space around it and a
 * change of case, as some servers and mail clients leave it. How long it takes does not depend on the MAC, nor on which key
 * fits. Throws RangeError without a key, or for one shorter than 16 bytes.
 */
export function parseMessageId(id: string, keys: MessageIdKeys): string | undefined {
  if (id.length > maxIdLength) return undefined;
  const { sendId, mac } = partsOf(id.trim().toLowerCase()) ?? {};
  if (sendId === undefined || mac === undefined) return undefined;
  const fitting = macsOf(sendId, keys).filter((made) =>
    timingSafeEqual(mac, made.subarray(0, mac.length)),
  );
  return fitting.length > 0 ? sendId : undefined;
}

function partsOf(id: string): { readonly sendId: string; readonly mac: Buffer } | undefined {
  const [, earlierId, earlierMac] = earlierForm.exec(id) ?? [];
  if (earlierId !== undefined && earlierMac !== undefined) {
    return { sendId: earlierId, mac: Buffer.from(earlierMac, 'hex') };
  }
  const [, idDigits, signature] = messageIdForm.exec(id) ?? [];
  if (idDigits === undefined || signature === undefined) return undefined;
  const sendId = fromDigits(idDigits, 32);
  const mac = fromDigits(signature, 2 * macBytes);
  // More digits than fit are no id of ours.
  if (sendId === undefined || mac === undefined) return undefined;
  const uuidOf = sendId.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { sendId: uuidOf, mac: Buffer.from(mac, 'hex') };
}

/** A hexadecimal number to the base 36, with zeros in front. */
function inDigits(hex: string, length: number): string {
  return BigInt(`0x${hex}`).toString(36).padStart(length, '0');
}

/** The inverse of `inDigits`; undefined for a number of more than `length` hexadecimal digits. */
function fromDigits(digits: string, length: number): string | undefined {
  let number = 0n;
  for (const digit of digits) number = number * 36n + BigInt(Number.parseInt(digit, 36));
  const hex = number.toString(16).padStart(length, '0');
  return hex.length === length ? hex : undefined;
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
