import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPayloadCodec, PayloadCodecError } from '../../../src/temporal/payload-codec.js';
import { exampleCodec } from '../../support/example-codec.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cadenza-codec-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

let count = 0;
async function written(source: string): Promise<string> {
  count += 1;
  const file = join(directory, `codec-${count}.mjs`);
  await writeFile(file, source);
  return file;
}

async function refusalOf(path: string, limitMs?: number): Promise<string> {
  const error: unknown = await loadPayloadCodec(path, limitMs).catch((thrown: unknown) => thrown);
  if (!(error instanceof PayloadCodecError)) throw new Error(`not refused: ${String(error)}`);
  return `${error.message}: ${error.cause instanceof Error ? error.cause.message : ''}`;
}

describe('loadPayloadCodec', () => {
  const same = '{ encode: async (given) => given, decode: async (given) => given }';

  it.each([
    ['a codec', `export const payloadCodec = ${same};`],
    ['a function that makes one', `export const payloadCodec = () => (${same});`],
    ['a function that makes one later', `export async function payloadCodec() { return ${same}; }`],
  ])('takes %s', async (_what, source) => {
    const codec = await loadPayloadCodec(await written(source));
    expect(await codec.decode(await codec.encode([]))).toEqual([]);
  });

  it('takes a path from the working directory on', async () => {
    await expect(exampleCodec()).resolves.toBeDefined();
  });

  const others = 'payloads.map((each) => ({ ...each, data: Buffer.from("other") }))';

  it.each([
    ['that is not code', 'export const = 1', 'cannot be loaded'],
    ['that throws', 'throw new Error("no key")', 'cannot be loaded: no key'],
    ['with no export of that name', 'export default {}', 'has no export `payloadCodec`'],
    ['that exports nothing of use', 'export const payloadCodec = 7', 'no `encode` and `decode`'],
    [
      'that makes none',
      'export const payloadCodec = () => { throw new Error("no key") }',
      'cannot be used: no key',
    ],
    [
      'with half of one',
      'export const payloadCodec = { encode: async (payloads) => payloads }',
      'no `encode` and `decode`',
    ],
    [
      'that would lose what was plain before',
      `export const payloadCodec = { encode: async (payloads) => payloads, decode: async (payloads) => ${others} }`,
      'changes payloads that it has not encoded',
    ],
    [
      'that cannot read what it wrote',
      `export const payloadCodec = { encode: async (payloads) => ${others}, decode: async (payloads) => payloads }`,
      'does not give back what `encode` was given',
    ],
  ])('refuses a module %s', async (_what, source, reason) => {
    const file = await written(source);
    const refusal = await refusalOf(file);
    expect(refusal).toContain(file);
    expect(refusal).toContain(reason);
  });

  it('refuses a file that is not there', async () => {
    expect(await refusalOf(join(directory, 'nowhere.mjs'))).toContain('cannot be loaded');
  });
});

describe('a codec that never answers when it is loaded', () => {
  const never = 'new Promise(() => undefined)';

  it.each([
    ['the module', `await ${never}; export const payloadCodec = {};`],
    ['what makes it', `export const payloadCodec = () => ${never};`],
    [
      'its `encode`',
      `export const payloadCodec = { encode: () => ${never}, decode: async (given) => given };`,
    ],
    [
      'its `decode`',
      `export const payloadCodec = { encode: async (given) => given, decode: () => ${never} };`,
    ],
  ])('is refused in time: %s', async (_what, source) => {
    const file = await written(source);
    expect(await refusalOf(file, 100)).toBe(
      `The payload codec ${file} did not answer within 0.1 s: `,
    );
  });
});

describe('examples/payload-codec.mjs', () => {
  const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
  const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"Ada"') };

  it('encrypts with the first key, anew each time, and shows nothing of the payload', async () => {
    const codec = await exampleCodec(`new:${key(2)},old:${key(1)}`);
    const [one, two] = await codec.encode([payload, payload]);
    expect(String(one?.metadata?.['encoding'])).toBe('binary/encrypted');
    expect(String(one?.metadata?.['encryption-key-id'])).toBe('new');
    expect(Buffer.from(one?.data ?? []).toString('latin1')).not.toContain('Ada');
    expect(one?.data).not.toEqual(two?.data);
  });

  it('opens what an older key has encrypted as long as it has it', async () => {
    const old = await exampleCodec(`old:${key(1)}`);
    const both = await exampleCodec(`new:${key(2)},old:${key(1)}`);
    expect(await both.decode(await old.encode([payload]))).toEqual([payload]);
    await expect(old.decode(await both.encode([payload]))).rejects.toThrow('has no key "new"');
  });

  it('reads and does not encrypt where it is told so', async () => {
    const sealing = await exampleCodec(`one:${key(1)}`);
    const reading = await exampleCodec(`one:${key(1)}`, 'no');
    expect(await reading.encode([payload])).toEqual([payload]);
    expect(await reading.decode(await sealing.encode([payload]))).toEqual([payload]);
  });

  it('refuses what was changed, or encrypted with another key of that name', async () => {
    const codec = await exampleCodec(`one:${key(1)}`);
    const other = await exampleCodec(`one:${key(2)}`);
    const sealed = await codec.encode([payload]);
    await expect(other.decode(sealed)).rejects.toThrow();
    const data = Buffer.from(sealed[0]?.data ?? []);
    data.writeUInt8(data.readUInt8(40) ^ 1, 40);
    await expect(codec.decode([{ ...sealed[0], data }])).rejects.toThrow();
  });

  it('is not made of a key that is none', async () => {
    for (const keys of ['', 'one', 'one:short']) {
      await expect(exampleCodec(keys)).rejects.toThrow(PayloadCodecError);
    }
  });
});
