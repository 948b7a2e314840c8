import type { Payload, PayloadCodec } from '@temporalio/common';
import { describeError } from '../observability/describe-error.js';
import { answerWithin } from '../observability/answer-within.js';
import { PayloadCodecError } from './payload-codec.js';

/** Thrown when a payload codec takes too long. */
export class PayloadCodecTimeoutError extends Error {
  override readonly name = 'PayloadCodecTimeoutError';
}

/**
 * A codec that fails when it takes longer than `limitMs` for one answer, with a PayloadCodecTimeoutError, and whose failures,
 * as PayloadCodecErrors, say what kind of error it was and where. Their texts are left out, since whoever wrote the codec decides
 * what stands in them, and the SDK writes them into histories and logs.
 */
export function guardCodec(codec: PayloadCodec, limitMs: number): PayloadCodec {
  const guarded = (way: 'encode' | 'decode'): PayloadCodec['encode'] => {
    return (payloads, context) =>
      answerWithin(
        limitMs,
        () => safely(way, () => codec[way](payloads, context)),
        () =>
          new PayloadCodecTimeoutError(
            `The payload codec did not ${way} within ${limitMs / 1000} s`,
          ),
      );
  };
  return { encode: guarded('encode'), decode: guarded('decode') };
}

async function safely(way: string, ask: () => Promise<Payload[]>): Promise<Payload[]> {
  try {
    return await ask();
  } catch (error) {
    throw failureOf(way, error);
  }
}

/** What names of errors and codes look like; anything else may be a text. */
const word = /^\w{1,64}$/;

function failureOf(way: string, error: unknown): PayloadCodecError {
  const { type, code = '', stack = '' } = describeError(error);
  const kind = [word.test(type) ? type : 'Error', ...(word.test(code) ? [code] : [])].join(' ');
  const failure = new PayloadCodecError(`The payload codec cannot ${way} (${kind})`);
  failure.stack = `${failure.name}: ${failure.message}\n${stack}`;
  return failure;
}
