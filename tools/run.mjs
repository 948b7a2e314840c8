// node tools/run.mjs <file.ts> [arguments]: sets up what is missing, then runs the file.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';

import { setUp } from './setup.mjs';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Ctrl-C comes twice: the terminal signals npm and us alike, and npm passes its own on to us. */
const echoMs = 500;

/** @param {readonly string[]} command @returns {Promise<number>} the exit status */
function run(command) {
  // A session of its own keeps the terminal's Ctrl-C from the child, who gets it once, from here.
  const child = spawn(process.execPath, ['--import', 'tsx', ...command], {
    stdio: 'inherit',
    detached: true,
  });
  const sentAt = new Map();
  for (const signal of forwarded) {
    process.on(signal, () => {
      const isEcho = performance.now() - (sentAt.get(signal) ?? -Infinity) < echoMs;
      if (isEcho) return;
      sentAt.set(signal, performance.now());
      child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

const command = process.argv.slice(2);
try {
  if (command.length === 0) throw new Error('usage: node tools/run.mjs <file.ts> [arguments]');
  await setUp({ temporal: false });
  process.exitCode = await run(command);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
