import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** The mailbox whose password a text is. It opens for this mailbox alone. */
export interface SealedFor {
  readonly accountId: string;
  readonly mailboxId: string;
}

/** Keeps the passwords of mailboxes secret at rest. */
export interface Vault {
  /** Seals with the newest key, for one mailbox: `v2.<id of the key>.<base64url>`. */
  seal(text: string, place: SealedFor): string;
  /** Undefined when it was sealed with a key that is not among the given ones, or for another mailbox, or was changed since. */
  open(sealed: string, place: SealedFor): string | undefined;
  /** Whether it has the form that `seal` gives it today, with the newest key. */
  isNewest(sealed: string): boolean;
}

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * A vault over keys of 32 bytes, the newest first: it seals with that and opens with all. AES-256-GCM with a random nonce for
 * each text. Throws RangeError without a key, or for one of another length.
 */
export function createVault(given: readonly Buffer[]): Vault {
  const keys = given.map(keyOf);
  const [newest] = keys;
  if (newest === undefined) throw new RangeError('a vault needs a key');
  const newestPrefix = `v2.${newest.id}.`;
  return {
    seal: (text, place) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, newest.bytes, nonce).setAAD(boundTo(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const sealed = Buffer.concat([nonce, cipher.getAuthTag(), body]);
      return `${newestPrefix}${sealed.toString('base64url')}`;
    },
    open: (sealed, place) => {
      const { candidates, bytes, aad } = readSealed(sealed, keys, place);
      for (const key of candidates) {
        const text = decrypt(bytes, key, aad);
        if (text !== undefined) return text;
      }
      return undefined;
    },
    isNewest: (sealed) => sealed.startsWith(newestPrefix),
  };
}

function keyOf(bytes: Buffer): Key {
  if (bytes.length !== keyBytes) throw new RangeError(`a key must have ${keyBytes} bytes`);
  // Says which key it was, and nothing about it.
  const id = createHmac('sha256', bytes).update('cadenza.key-id').digest('hex').slice(0, 16);
  return { id, bytes };
}

/** What a text is bound to besides its key, so that one that is copied to another row does not open there. */
function boundTo({ accountId, mailboxId }: SealedFor): Buffer {
  return Buffer.from(JSON.stringify(['mailbox.smtp_password', accountId, mailboxId]));
}

/** Earlier releases wrote `v1.<base64url>`, which names no key and is bound to nothing. */
function readSealed(
  sealed: string,
  keys: readonly Key[],
  place: SealedFor,
): { readonly candidates: readonly Key[]; readonly bytes: Buffer; readonly aad?: Buffer } {
  const [version, ...rest] = sealed.split('.');
  const bytes = Buffer.from(rest.at(-1) ?? '', 'base64url');
  if (version === 'v1' && rest.length === 1) return { candidates: keys, bytes };
  const isKnown = version === 'v2' && rest.length === 2;
  const candidates = isKnown ? keys.filter(({ id }) => id === rest[0]) : [];
  return { candidates, bytes, aad: boundTo(place) };
}

function decrypt(bytes: Buffer, key: Key, aad: Buffer | undefined): string | undefined {
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, key.bytes, nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  if (aad !== undefined) decipher.setAAD(aad);
  try {
    const body = decipher.update(bytes.subarray(nonceBytes + tagBytes));
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  } catch {
    // The tag does not fit: another key, another place, or not the text that was sealed.
    return undefined;
  }
}
