import {
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';

/** A certificate with its key, both in PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

/** Who signs certificates of others. */
export interface Authority {
  readonly cert: string;
  /** Makes a certificate for a server on localhost and 127.0.0.1, good for a client too. */
  readonly issue: (name: string) => Certified;
}

// DER, as far as a certificate needs it: a tag, a length, and what is in it.
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = Buffer.from([length >> 8, length & 0xff]);
  // Lengths have the shortest form, as strict readers demand.
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), body]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), body]);
  return Buffer.concat([Buffer.of(tag, 0x82), size, body]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const bits = (data: Uint8Array): Buffer => der(0x03, Buffer.of(0), data);
const octets = (data: Uint8Array): Buffer => der(0x04, data);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const yes = der(0x01, Buffer.of(0xff));

const commonName = oid('550403');
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const basicConstraints = oid('551d13');
const subjectAltName = oid('551d11');

function nameOf(text: string): Buffer {
  return sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(text)))));
}

function instant(year: number): Buffer {
  return der(0x18, Buffer.from(`${year}0101000000Z`));
}

/** Valid from 2020 to 2120, whatever the machine's clock says today. */
const validity = sequence(instant(2020), instant(2120));

interface Wanted {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extension: Buffer;
}

function certificate({ issuer, subject, publicKey, signer, extension }: Wanted): string {
  const serial = Buffer.concat([Buffer.of(1), randomBytes(8)]);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, serial),
    ecdsaWithSha256,
    nameOf(issuer),
    validity,
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const whole = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signer)));
  const lines = whole.toString('base64').replace(/(.{64})/g, '$1\n');
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
}

/** Makes an authority of its own, which nobody trusts who is not told to. */
export function createAuthority(name: string): Authority {
  const signer = newKey();
  const isAuthority = sequence(basicConstraints, yes, octets(sequence(yes)));
  const cert = certificate({
    issuer: name,
    subject: name,
    publicKey: createPublicKey(signer),
    signer,
    extension: isAuthority,
  });
  const local = sequence(
    subjectAltName,
    octets(sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.of(127, 0, 0, 1)))),
  );
  return {
    cert,
    issue: (subject) => {
      const key = newKey();
      const publicKey = createPublicKey(key);
      return {
        cert: certificate({ issuer: name, subject, publicKey, signer, extension: local }),
        key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}
