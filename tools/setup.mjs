// Makes sure that everything is here that the project runs on, and does nothing when it is:
// the right Node, the packages of package-lock.json, and with --temporal the Temporal server.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../', import.meta.url);
const noteFile = 'node_modules/.cadenza-lock';
/** The major versions of Node that the demo is played on by .ci/run. */
export const testedNodes = [20, 22, 24, 26];

/** @param {{ temporal: boolean }} wanted */
export async function setUp(wanted) {
  checkNode();
  if (!hasPackages()) await installPackages();
  if (!wanted.temporal) return;
  const { provisionTemporal } = await import('./temporal/provision.mjs');
  await provisionTemporal((line) => process.stderr.write(`${line}\n`));
}

/** package.json says `>=20.19`, and only of that form can this make sense. A Node that nobody has tried is no reason to stop. */
function checkNode() {
  const wanted = readJson('package.json').engines.node;
  const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(wanted).map(Number);
  const own = process.versions.node;
  const [ownMajor, ownMinor] = own.split('.').map(Number);
  const isNewEnough = ownMajor > major || (ownMajor === major && ownMinor >= minor);
  if (!isNewEnough) throw new Error(`Node ${wanted} is needed; this is ${own}.`);
  const newest = Math.max(...testedNodes);
  if (ownMajor <= newest) return;
  process.stderr.write(`Node ${own} is newer than ${newest}, the newest that this was tried on.\n`);
}

/** Whether the packages are what package-lock.json asks for: by our own note of an install, or else by npm's. */
function hasPackages() {
  if (tryRead(noteFile) === lockDigest()) return true;
  const installed = JSON.parse(tryRead('node_modules/.package-lock.json') ?? '{}').packages;
  if (!installed) return false;
  return Object.entries(readJson('package-lock.json').packages).every(([path, entry]) => {
    // The empty path is the project itself. Optional and extraneous packages are those of other platforms.
    if (path === '' || ((entry.optional || entry.extraneous) && !installed[path])) return true;
    return (
      installed[path]?.version === entry.version && installed[path].integrity === entry.integrity
    );
  });
}

function lockDigest() {
  return createHash('sha256')
    .update(tryRead('package-lock.json') ?? '')
    .digest('hex');
}

async function installPackages() {
  process.stderr.write(
    'Installing the packages of package-lock.json. This takes about a minute.\n',
  );
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const child = spawn(npm, ['ci'], { cwd: fileURLToPath(root), stdio: ['ignore', 2, 2] });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error('npm ci failed; what it says stands above.');
  writeFileSync(new URL(noteFile, root), lockDigest());
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8'));
}

/** @param {string} path */
function tryRead(path) {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch {
    return undefined;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await setUp({ temporal: process.argv.includes('--temporal') });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
