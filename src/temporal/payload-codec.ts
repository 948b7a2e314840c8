import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { answerWithin } from '../observability/answer-within.js';

/** Thrown for a payload codec that cannot be used, or that fails; the message says what is wrong. */
export class PayloadCodecError extends Error {
  override readonly name = 'PayloadCodecError';
}

/** How long a codec may take until it has been loaded, made and tried out: it may have to fetch its keys. */
const loadMs = 10_000;

/**
 * Loads what all payloads are put through on their way to Temporal and back: the export `payloadCodec` of a module, a
 * codec or a function that makes one. Throws a PayloadCodecError when there is no such file or export, when it takes too long, and when
 * the codec does not give back what it was given, or changes what it has not encoded, since runs of before hold plain payloads.
 *
 * @param path of a JavaScript module, from the working directory on unless it begins with a slash
 * @param limitMs how long all of it may take, in milliseconds
 */
export function loadPayloadCodec(path: string, limitMs = loadMs): Promise<PayloadCodec> {
  const file = resolve(path);
  return answerWithin(
    limitMs,
    () => usableCodec(file),
    () =>
      new PayloadCodecError(`The payload codec ${file} did not answer within ${limitMs / 1000} s`),
  );
}

async function usableCodec(file: string): Promise<PayloadCodec> {
  const exported = await exportOf(file);
  try {
    const codec = isMaker(exported) ? await exported() : exported;
    if (!isCodec(codec)) throw new Error('its export `payloadCodec` has no `encode` and `decode`');
    await tryOut(codec);
    return codec;
  } catch (cause) {
    throw new PayloadCodecError(`The payload codec ${file} cannot be used`, { cause });
  }
}

async function exportOf(file: string): Promise<unknown> {
  let module: unknown;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new PayloadCodecError(`The payload codec ${file} cannot be loaded`, { cause });
  }
  if (typeof module === 'object' && module !== null && 'payloadCodec' in module) {
    return module.payloadCodec;
  }
  throw new PayloadCodecError(`The payload codec ${file} has no export \`payloadCodec\``);
}

function isMaker(value: unknown): value is () => unknown {
  return typeof value === 'function';
}

function isCodec(value: unknown): value is PayloadCodec {
  return (
    typeof value === 'object' &&
    value !== null &&
    'encode' in value &&
    typeof value.encode === 'function' &&
    'decode' in value &&
    typeof value.decode === 'function'
  );
}

const bytes = new TextEncoder();

async function tryOut(codec: PayloadCodec): Promise<void> {
  const plain = (text: string): Payload => ({
    metadata: { encoding: bytes.encode('json/plain') },
    data: bytes.encode(JSON.stringify(text)),
  });
  for (const payloads of [[], [plain('one'), plain('')]]) {
    if (textOf(await codec.decode(payloads)) !== textOf(payloads)) {
      throw new Error('`decode` changes payloads that it has not encoded');
    }
    if (textOf(await codec.decode(await codec.encode(payloads))) !== textOf(payloads)) {
      throw new Error('`decode` does not give back what `encode` was given');
    }
  }
}

function textOf(payloads: readonly Payload[]): string {
  return JSON.stringify(
    payloads.map(({ metadata, data }) => [
      Object.entries(metadata ?? {}).map(([name, value]) => [name, hexOf(value)]),
      hexOf(data),
    ]),
  );
}

function hexOf(data: Uint8Array | null | undefined): string {
  return Buffer.from(data ?? []).toString('hex');
}
