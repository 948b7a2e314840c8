import type { PayloadCodec } from '@temporalio/common';
import { loadPayloadCodec } from '../../src/temporal/payload-codec.js';

/** The codec of examples/, as a program loads it, with keys as in its PAYLOAD_KEYS. */
export async function exampleCodec(
  keys = `tests:${Buffer.alloc(32, 5).toString('base64')}`,
  encrypts = 'yes',
): Promise<PayloadCodec> {
  Object.assign(process.env, { PAYLOAD_KEYS: keys, PAYLOAD_ENCRYPT: encrypts });
  try {
    return await loadPayloadCodec('examples/payload-codec.mjs');
  } finally {
    delete process.env['PAYLOAD_KEYS'];
    delete process.env['PAYLOAD_ENCRYPT'];
  }
}
