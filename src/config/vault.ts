import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Keeps texts secret at rest. */
export interface Vault {
  seal(text: string): string;
  /** Throws when the text was sealed with another key, or changed since. */
  open(sealed: string): string;
}

// Names the key and the cipher, so that a later key can be told from this one.
const prefix = 'v1.';
const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** A vault over one key of 32 bytes: AES-256-GCM with a random nonce for each text. */
export function createVault(key: Buffer): Vault {
  if (key.length !== keyBytes) throw new RangeError(`the key must have ${keyBytes} bytes`);
  return {
    seal: (text) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const sealed = Buffer.concat([nonce, cipher.getAuthTag(), body]);
      return `${prefix}${sealed.toString('base64url')}`;
    },
    open: (sealed) => {
      if (!sealed.startsWith(prefix)) throw new Error('sealed with an unknown key');
      const bytes = Buffer.from(sealed.slice(prefix.length), 'base64url');
      const nonce = bytes.subarray(0, nonceBytes);
      const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      const body = decipher.update(bytes.subarray(nonceBytes + tagBytes));
      return Buffer.concat([body, decipher.final()]).toString('utf8');
    },
  };
}
