import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new key: `token` is shown once, `secretHash` is kept. */
export interface MintedKey {
  readonly token: string;
  readonly secretHash: string;
}

export interface PresentedKey {
  readonly keyId: string;
  readonly secret: string;
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base = BigInt(alphabet.length);
const idLength = 22;
const secretLength = 43;
const secretBytes = 32;
// Letters and digits only, so that a double click takes the whole key.
const form = new RegExp(`^cad_([0-9A-Za-z]{${idLength}})_([0-9A-Za-z]{${secretLength}})$`);

/** Makes the key `cad_<id>_<secret>` for a row with this id (a UUID). */
export function mintApiKey(keyId: string): MintedKey {
  const secret = encode(randomBytes(secretBytes).toString('hex'), secretLength);
  const token = `cad_${encode(keyId.replaceAll('-', ''), idLength)}_${secret}`;
  return { token, secretHash: hashSecret(secret) };
}

/** The parts of a key, or undefined for a text that is none. */
export function parseApiKey(token: string): PresentedKey | undefined {
  const [, id, secret] = form.exec(token) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  const hex = decode(id).toString(16).padStart(32, '0');
  if (hex.length > 32) return undefined;
  return { keyId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), secret };
}

/** The secret is random and long: a plain hash keeps it as safe as a slow one would. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in a time that does not depend on where the difference is. */
export function secretMatches(secret: string, secretHash: string): boolean {
  const given = Buffer.from(hashSecret(secret), 'hex');
  const kept = Buffer.from(secretHash, 'hex');
  return given.length === kept.length && timingSafeEqual(given, kept);
}

function encode(hex: string, length: number): string {
  let rest = BigInt(`0x${hex}`);
  let text = '';
  while (text.length < length) {
    text = alphabet.charAt(Number(rest % base)) + text;
    rest /= base;
  }
  return text;
}

function decode(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * base + BigInt(alphabet.indexOf(digit));
  return value;
}
