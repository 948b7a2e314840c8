// Finds the Temporal server for development and tests, or makes one. Plain JavaScript without dependencies, since
// tools/setup.mjs runs it before node_modules is there.
//
//   node tools/temporal/provision.mjs                prints the path of a `temporal` that is new enough
//   node tools/temporal/provision.mjs --production   prints the directory that holds `server` and `temporal-sql-tool`
//
// Progress goes to stderr; the last line on stdout is the answer.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { buildPrograms, programs } from './build.mjs';

/** @typedef {(line: string) => void} Report */

/** The first stable server that can skip a single workflow's time. */
const serverAtLeast = '1.32.0';
/** The official CLI that brings that server. */
const officialCli = '1.9.1';
const versionTimeoutMs = 10_000;
const connectTimeoutMs = 5_000;
const downloadTimeoutMs = 300_000;

const run = promisify(execFile);

/** @returns {string} named after what is built, so that a new version never meets an old program */
export function cacheDirectory() {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum'])
    hash.update(readFileSync(new URL(file, import.meta.url)));
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'cadenza', `temporal-${hash.digest('hex').slice(0, 12)}`);
}

/** @param {Report} report @returns {Promise<string>} the path of a `temporal` that is new enough */
export async function provisionTemporal(report) {
  const given = process.env.TEMPORAL_CLI_PATH;
  if (given) {
    const fault = await faultOf(given);
    if (fault) throw new Error(`TEMPORAL_CLI_PATH is set to ${given}, but ${fault}.`);
    return given;
  }
  /** @type {string[]} */
  const tried = [];
  const fault = await faultOf('temporal');
  if (!fault) return 'temporal';
  tried.push(`temporal on the PATH: ${fault}`);

  const directory = cacheDirectory();
  const cached = join(directory, programs.temporal.name);
  if (existsSync(cached)) return cached;
  report(
    `The Temporal server is not here yet. It is fetched or built once and kept in ${directory}.`,
  );
  try {
    await download(directory, report);
    return cached;
  } catch (error) {
    tried.push(`the official download: ${reasonOf(error)}`);
    report(`The official download did not work (${reasonOf(error)}).`);
  }
  try {
    await buildPrograms([programs.temporal], directory, report);
    return cached;
  } catch (error) {
    tried.push(`building it with Go: ${reasonOf(error)}`);
  }
  throw new Error(advice(tried));
}

/**
 * The programs that a Temporal cluster is run with, for benchmarks on what production is.
 *
 * @param {Report} report
 * @returns {Promise<string>} the directory that holds `server` and `temporal-sql-tool`
 */
export async function provisionProduction(report) {
  const directory = cacheDirectory();
  await buildPrograms([programs.server, programs['temporal-sql-tool']], directory, report);
  return directory;
}

/** Why a program cannot serve, or undefined when it can. @param {string} path */
async function faultOf(path) {
  let output;
  try {
    output = (await run(path, ['--version'], { timeout: versionTimeoutMs })).stdout;
  } catch (error) {
    return error.code === 'ENOENT' ? 'there is none' : `it does not run: ${reasonOf(error)}`;
  }
  const version = /\(Server (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (!version) return `it does not name its server version: ${output.trim()}`;
  if (isOlder(version, serverAtLeast))
    return `its server is ${version}, older than ${serverAtLeast}`;
  return undefined;
}

/** @param {string} version @param {string} than */
function isOlder(version, than) {
  const left = version.split('.').map(Number);
  const right = than.split('.').map(Number);
  const differing = left.findIndex((part, index) => part !== right[index]);
  return differing >= 0 && left[differing] < right[differing];
}

/** @param {string} directory @param {Report} report */
async function download(directory, report) {
  const url = archiveUrl();
  report(`Fetching ${url}`);
  await mkdir(directory, { recursive: true });
  const work = await mkdtemp(join(directory, 'download-'));
  try {
    const archive = join(work, 'archive.tar.gz');
    await writeFile(archive, await fetchWhole(url));
    await run('tar', ['-xzf', archive, '-C', work]);
    const unpacked = join(work, 'temporal');
    const fault = await faultOf(unpacked);
    if (fault) throw new Error(`what came is of no use: ${fault}`);
    await rename(unpacked, join(directory, programs.temporal.name));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function archiveUrl() {
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  const isKnown = arch && ['linux', 'darwin'].includes(process.platform);
  if (!isKnown) throw new Error(`there is none for ${process.platform} on ${process.arch}`);
  return `https://temporal.download/cli/archive/v${officialCli}?platform=${process.platform}&arch=${arch}`;
}

/** Gives up soon on a host that does not answer, and late on a slow line. @param {string} url */
async function fetchWhole(url) {
  const controller = new AbortController();
  const giveUp = (what) => () => controller.abort(new Error(what));
  let timer = setTimeout(giveUp('no answer within 5 s'), connectTimeoutMs);
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok) throw new Error(`the answer was ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(giveUp('not finished within 5 min'), downloadTimeoutMs);
    return new Uint8Array(await response.arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}

/** fetch hides what went wrong in the cause. @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}

/** @param {readonly string[]} tried */
function advice(tried) {
  return [
    `No Temporal server ${serverAtLeast} or newer could be found or made. Tried:`,
    ...tried.map((line) => `  - ${line}`),
    'Any one of these helps:',
    '  - install Go 1.26 or newer and run this again (the build needs 4 GB of disk)',
    `  - install the Temporal CLI ${officialCli} or newer, so that \`temporal\` is on the PATH`,
    '  - set TEMPORAL_CLI_PATH to such a program',
    '  - set XDG_CACHE_HOME to a directory that can be written, if that is what failed',
  ].join('\n');
}

async function main() {
  const report = (line) => process.stderr.write(`${line}\n`);
  const isProduction = process.argv.includes('--production');
  try {
    const answer = await (isProduction ? provisionProduction(report) : provisionTemporal(report));
    process.stdout.write(`${answer}\n`);
  } catch (error) {
    report(reasonOf(error));
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
