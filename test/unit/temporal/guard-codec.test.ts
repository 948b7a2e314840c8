import type { Payload, PayloadCodec } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { guardCodec } from '../../../src/temporal/guard-codec.js';

const given: Payload[] = [{ data: Buffer.from('"Ada"') }];
const never = () => new Promise<never>(() => undefined);
const both = (act: PayloadCodec['encode']): PayloadCodec => ({ encode: act, decode: act });

async function failureOf(codec: PayloadCodec, way: 'encode' | 'decode'): Promise<Error> {
  const guarded = guardCodec(codec, 50);
  try {
    await guarded[way](given);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not fail');
}

/** As a codec of the operator's may fail, with texts that are for nobody else. */
class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code = 'NO_KEY';
  override readonly cause = new Error('canary in the cause');
}

describe.each(['encode', 'decode'] as const)('a guarded codec, asked to %s', (way) => {
  it('gives what the codec gives, and hands on the context', async () => {
    const seen: unknown[] = [];
    const codec = both((payloads, context) => {
      seen.push(payloads, context);
      return Promise.resolve([...payloads, ...payloads]);
    });
    const context = { type: 'workflow', namespace: 'n', workflowId: 'w' } as const;
    expect(await guardCodec(codec, 1_000)[way](given, context)).toEqual([...given, ...given]);
    expect(seen).toEqual([given, context]);
  });

  it('fails when the codec does not answer in time', async () => {
    const error = await failureOf(both(never), way);
    expect(error.name).toBe('PayloadCodecTimeoutError');
    expect(error.message).toBe(`The payload codec did not ${way} within 0.05 s`);
  });

  it.each<[string, PayloadCodec['encode'], string]>([
    ['a rejection', () => Promise.reject(new Error('canary')), 'Error'],
    [
      'a throw',
      () => {
        throw new KeyError('canary\n    at canary');
      },
      'KeyError NO_KEY',
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as a codec may do
    ['what is no error', () => Promise.reject('canary'), 'string'],
    [
      'a name that is a text',
      () => Promise.reject(Object.assign(new Error(), { name: 'canary of bob@example.com' })),
      'Error',
    ],
  ])('says of %s what it was and where, and none of its texts', async (_what, act, kind) => {
    const error = await failureOf(both(act), way);
    expect(error.name).toBe('PayloadCodecError');
    expect(error.message).toBe(`The payload codec cannot ${way} (${kind})`);
    expect(error.cause).toBeUndefined();
    expect(error.stack).not.toContain('canary');
    if (kind !== 'string') expect(error.stack).toContain('guard-codec.test.ts');
  });
});
