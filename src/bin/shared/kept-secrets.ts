import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { keep, readKept } from './data-directory.js';

const fileName = 'secrets.json';
const secretsSchema = z.object({
  CADENZA_ENCRYPTION_KEY: z.string(),
  CADENZA_MESSAGE_ID_SECRET: z.string(),
});

/** The secrets of this data directory; undefined before its first start. */
export function readKeptSecrets(): Promise<z.output<typeof secretsSchema> | undefined> {
  return readKept(secretsSchema, fileName);
}

/** The secrets of this data directory, made at its first start: no others can open what they sealed. */
export async function keptSecrets(): Promise<z.output<typeof secretsSchema>> {
  const kept = await readKeptSecrets();
  if (kept) return kept;
  const made = {
    CADENZA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    CADENZA_MESSAGE_ID_SECRET: randomBytes(32).toString('base64'),
  };
  await keep(fileName, made);
  return made;
}
