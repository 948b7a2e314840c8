// A payload codec for CADENZA_PAYLOAD_CODEC: what Temporal keeps of a run's input, results and messages is encrypted with
// AES-256-GCM, by keys that Temporal never sees.
//
//   PAYLOAD_KEYS=2027:…,2026:…    pairs of a name and a key of 32 bytes in base64, with commas between
//
//   PAYLOAD_ENCRYPT=no            reads what is encrypted, and encrypts nothing: to begin with it, and to give it up
//
// The first key encrypts, all of them decrypt: put a new one in front, and take an old one away when no run of its time
// is kept any more. Whatever has not been encrypted here is left alone.

import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const encoding = Buffer.from('binary/encrypted');

/** @param {string} text @returns {ReadonlyMap<string, Buffer>} */
function readKeys(text) {
  const pairs = text.split(',').map((pair) => pair.split(':'));
  const keys = new Map(pairs.map(([name, key = '']) => [name, Buffer.from(key, 'base64')]));
  [...keys.values()].forEach((key, index) => {
    if (key.length === keyBytes) return;
    // Never shows what was given: it may be a key without a name.
    throw new Error(
      `PAYLOAD_KEYS: number ${index + 1} is not a name and ${keyBytes} bytes in base64`,
    );
  });
  return keys;
}

/**
 * @param {string} [text] pairs as in PAYLOAD_KEYS
 * @param {string} [encrypts] as in PAYLOAD_ENCRYPT
 */
export function payloadCodec(
  text = process.env.PAYLOAD_KEYS ?? '',
  encrypts = process.env.PAYLOAD_ENCRYPT ?? 'yes',
) {
  const keys = readKeys(text);
  const [newest] = keys.keys();

  const seal = (payload) => {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, keys.get(newest), nonce);
    cipher.setAAD(Buffer.from(newest));
    const body = Buffer.concat([cipher.update(pack(payload)), cipher.final()]);
    return {
      ...payload,
      metadata: { encoding, 'encryption-key-id': Buffer.from(newest) },
      data: Buffer.concat([nonce, cipher.getAuthTag(), body]),
    };
  };

  const open = (payload) => {
    const { encoding: found, 'encryption-key-id': id } = payload.metadata ?? {};
    if (found === undefined || !encoding.equals(found)) return payload;
    const name = Buffer.from(id ?? []).toString();
    const key = keys.get(name);
    if (key === undefined) throw new Error(`PAYLOAD_KEYS has no key "${name}"`);
    const data = Buffer.from(payload.data);
    const decipher = createDecipheriv(algorithm, key, data.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(data.subarray(nonceBytes, nonceBytes + tagBytes));
    const body = decipher.update(data.subarray(nonceBytes + tagBytes));
    return { ...payload, ...unpack(Buffer.concat([body, decipher.final()])) };
  };

  return {
    encode: async (payloads) => (encrypts === 'no' ? payloads : payloads.map(seal)),
    decode: async (payloads) => payloads.map(open),
  };
}

/** Metadata and data of a payload, both of which tell something. */
function pack({ metadata, data }) {
  const entries = Object.entries(metadata ?? {});
  return JSON.stringify({
    metadata: entries.map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    data: Buffer.from(data ?? []).toString('base64'),
  });
}

function unpack(text) {
  const { metadata, data } = JSON.parse(text);
  return {
    metadata: Object.fromEntries(
      metadata.map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    ),
    data: Buffer.from(data, 'base64'),
  };
}
