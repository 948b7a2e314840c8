import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Where `npm start` keeps everything: `.data`, unless the environment names another directory. */
export function dataDirectory(): string {
  return resolve(root, process.env['CADENZA_DATA_DIRECTORY'] || '.data');
}

/** The kept JSON file of this name, or undefined when there is none. */
export async function readKept<T extends z.ZodType>(
  schema: T,
  name: string,
): Promise<z.output<T> | undefined> {
  const path = join(dataDirectory(), name);
  if (!existsSync(path)) return undefined;
  const content: unknown = JSON.parse(await readFile(path, 'utf8'));
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is not what npm start wrote. Mend it, or remove it.`);
}

/** Writes a JSON file that only the present user can read. */
export async function keep(name: string, content: object): Promise<void> {
  await mkdir(dataDirectory(), { recursive: true });
  const text = `${JSON.stringify(content, null, 2)}\n`;
  await writeFile(join(dataDirectory(), name), text, { mode: 0o600 });
}

export async function forget(name: string): Promise<void> {
  await rm(join(dataDirectory(), name), { force: true });
}
