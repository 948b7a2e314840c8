// Builds programs of the Go module in this directory, with progress, once for all who ask.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {(line: string) => void} Report
 * @typedef {{ name: string, package: string, ldflags: string, packageCount: number }} Program
 */

const moduleDirectory = fileURLToPath(new URL('.', import.meta.url));
const progressEveryMs = 5_000;
const lockPollMs = 500;
const keptOutputLines = 15;

/** @type {Readonly<Record<'temporal' | 'server' | 'temporal-sql-tool', Program>>} */
export const programs = {
  temporal: {
    name: 'temporal',
    package: 'github.com/temporalio/cli/cmd/temporal',
    ldflags: '-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=1.8.2',
    packageCount: 1_795,
  },
  server: {
    name: 'server',
    package: 'go.temporal.io/server/cmd/server',
    ldflags: '-s -w',
    packageCount: 1_754,
  },
  'temporal-sql-tool': {
    name: 'temporal-sql-tool',
    package: 'go.temporal.io/server/cmd/tools/sql',
    ldflags: '-s -w',
    packageCount: 837,
  },
};

/**
 * Leaves each program in the directory. What is there already is not built again.
 *
 * The lock only saves work: a program is built under another name and renamed into place, so two builders that
 * both believe to hold the lock still leave a whole program behind.
 *
 * @param {readonly Program[]} wanted
 * @param {string} directory
 * @param {Report} report
 */
export async function buildPrograms(wanted, directory, report) {
  const missing = () => wanted.filter((program) => !existsSync(join(directory, program.name)));
  if (missing().length === 0) return;
  await mkdir(directory, { recursive: true });
  const release = await takeLock(join(directory, 'lock'), report, () => missing().length === 0);
  try {
    for (const program of missing()) await build(program, directory, report);
  } finally {
    await release();
  }
}

/** @param {Program} program @param {string} directory @param {Report} report */
async function build(program, directory, report) {
  const target = join(directory, program.name);
  const unfinished = `${target}.${process.pid}`;
  report(`Building ${program.name} with Go. The first time takes about six minutes on two cores.`);
  const startedAt = Date.now();
  const progress = watchProgress(program, startedAt, report);
  try {
    const arguments_ = ['build', '-v', '-trimpath', '-buildvcs=false', '-ldflags', program.ldflags];
    await runGo([...arguments_, '-o', unfinished, program.package], progress.line);
    await rename(unfinished, target);
  } finally {
    progress.stop();
    await rm(unfinished, { force: true });
  }
  report(`Built ${program.name} in ${duration(Date.now() - startedAt)}.`);
}

/** @param {Program} program @param {number} startedAt @param {Report} report */
function watchProgress(program, startedAt, report) {
  let downloads = 0;
  let compiled = 0;
  const timer = setInterval(() => {
    const elapsed = duration(Date.now() - startedAt);
    const fetched = downloads > 0 ? `${downloads} modules fetched, ` : '';
    const built =
      compiled > 0 ? `${compiled} of up to ${program.packageCount} packages` : 'starting';
    report(`  ${elapsed}: ${fetched}${built}`);
  }, progressEveryMs);
  return {
    /** @param {string} line */
    line(line) {
      if (line.startsWith('go: downloading ')) downloads += 1;
      else if (/^[\w.~/-]+$/.test(line)) compiled += 1;
    },
    stop: () => clearInterval(timer),
  };
}

/** @param {readonly string[]} arguments_ @param {(line: string) => void} onLine @returns {Promise<void>} */
function runGo(arguments_, onLine) {
  return new Promise((resolve, reject) => {
    const child = spawn('go', arguments_, {
      cwd: moduleDirectory,
      env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    /** @type {string[]} */
    const kept = [];
    let rest = '';
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        onLine(line);
        kept.push(line);
        if (kept.length > keptOutputLines) kept.shift();
      }
    });
    child.once('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      reject(missing ? new Error('Go is not installed') : error);
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`go ended with ${signal ?? code}:\n${[...kept, rest].join('\n')}`));
    });
  });
}

/**
 * @param {string} path
 * @param {Report} report
 * @param {() => boolean} isDone another builder has finished what we wait for
 * @returns {Promise<() => Promise<void>>} releases the lock
 */
async function takeLock(path, report, isDone) {
  const waitingSince = Date.now();
  let reportedAt = 0;
  for (;;) {
    if (await placeLock(path)) return () => rm(path, { force: true });
    if (isDone()) return () => Promise.resolve();
    if (await isAbandoned(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (Date.now() - reportedAt >= progressEveryMs) {
      reportedAt = Date.now();
      report(
        `  ${duration(reportedAt - waitingSince)}: waiting for another process that builds it`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, lockPollMs));
  }
}

/** Puts a file with our process id there if there is none: a link is never seen half written. @param {string} path */
async function placeLock(path) {
  const own = `${path}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Whether the process that took the lock is gone. @param {string} path */
async function isAbandoned(path) {
  const holder = Number(await readFile(path, 'utf8').catch(() => ''));
  if (!Number.isInteger(holder) || holder <= 0) return false;
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** @param {number} ms */
function duration(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
