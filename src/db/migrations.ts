import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** One file under `drizzle/`, named `<number>_<name>.sql`, whose first line says `-- safe` or `-- breaking`. */
export interface Migration {
  readonly id: string;
  /** A release that does not know a breaking migration cannot work with it. */
  readonly breaking: boolean;
  readonly digest: string;
  readonly statements: readonly string[];
}

const directory = fileURLToPath(new URL('../../drizzle/', import.meta.url));

/** Reads all migrations of this release, in order. Throws when a file lacks its marker. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort();
  return Promise.all(names.map(readMigration));
}

async function readMigration(name: string): Promise<Migration> {
  const text = await readFile(`${directory}${name}`, 'utf8');
  const marker = /^-- (safe|breaking)\n/.exec(text)?.[1];
  if (marker === undefined) {
    throw new Error(`drizzle/${name}: the first line must be "-- safe" or "-- breaking"`);
  }
  return {
    id: name.replace(/\.sql$/, ''),
    breaking: marker === 'breaking',
    digest: createHash('sha256').update(text).digest('hex'),
    statements: text.split('--> statement-breakpoint').map((statement) => statement.trim()),
  };
}
