// npm run db:generate -- --name add-something [--safe | --breaking] [--custom]

import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { suggestMarker, withMarker, type Marker } from './migration-marker.js';
import { schemaFile, writeSchema } from './write-schema.js';

const usage = `npm run db:generate -- [--name NAME [--safe | --breaking] [--custom]]

Writes the migration from the last one to src/db/schema, marks it, and writes drizzle/schema.sql anew.
Without --name it only does the latter.

  --name NAME   what the migration does, such as add-webhooks
  --safe        the release before this one can go on working while it is applied
  --breaking    it cannot; without either, the statements are judged
  --custom      an empty file, to be filled by hand; then run this again without --name`;

const root = fileURLToPath(new URL('../../', import.meta.url));
const directory = fileURLToPath(new URL('../../drizzle/', import.meta.url));
const run = promisify(execFile);

const options = {
  name: { type: 'string' },
  safe: { type: 'boolean', default: false },
  breaking: { type: 'boolean', default: false },
  custom: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const choice = parseArgs({ options, strict: true }).values;
  if (choice.help || (choice.safe && choice.breaking)) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  if (choice.name !== undefined) {
    const marker = choice.safe ? 'safe' : choice.breaking ? 'breaking' : undefined;
    await generate(choice.name, choice.custom, marker);
  }
  await writeSchema();
  process.stdout.write(`Wrote ${schemaFile}\n`);
}

async function generate(
  name: string,
  custom: boolean,
  wantedMarker: Marker | undefined,
): Promise<void> {
  const before = new Set(await migrationFiles());
  const kit = fileURLToPath(new URL('bin.cjs', import.meta.resolve('drizzle-kit')));
  const flags = [
    'generate',
    '--name',
    name.replaceAll(/\W+/g, '_'),
    ...(custom ? ['--custom'] : []),
  ];
  const { stdout, stderr } = await run(process.execPath, [kit, ...flags], { cwd: root });
  const [made] = (await migrationFiles()).filter((file) => !before.has(file));
  if (made === undefined) {
    // It ends with status 0 whatever happened.
    if (!stdout.includes('nothing to migrate')) throw new Error(`drizzle-kit failed:\n${stderr}`);
    process.stdout.write('There is nothing to migrate.\n');
    return;
  }
  const sql = await readFile(`${directory}${made}`, 'utf8');
  const marker = wantedMarker ?? suggestMarker(sql);
  await writeFile(`${directory}${made}`, withMarker(sql, marker));
  const judged = wantedMarker === undefined ? ' by its statements; see whether you agree' : '';
  process.stdout.write(`Wrote drizzle/${made}, marked as ${marker}${judged}\n`);
}

async function migrationFiles(): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => /^\d{4}_.*\.sql$/.test(name));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
