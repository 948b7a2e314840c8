import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWorkflowBundle } from '../../src/temporal/bundle.js';
import type { WorkerSettings } from './stack.js';
import { readyLine, writeSettings } from './worker-settings.js';

const script = fileURLToPath(new URL('worker-process.ts', import.meta.url));

/** A worker process that can be killed. */
export interface WorkerChild {
  /** Ends it without a word to it (SIGKILL), and resolves when it is gone. Safe to call twice. */
  kill(): Promise<void>;
}

/** Starts worker processes that share one bundle of the workflows. */
export interface WorkerNursery {
  /** Resolves when the worker takes work; rejects when it ends before that. */
  start(settings: WorkerSettings): Promise<WorkerChild>;
  /** Removes the bundle. */
  close(): Promise<void>;
}

export async function openNursery(): Promise<WorkerNursery> {
  const directory = await mkdtemp(join(tmpdir(), 'cadenza-worker-'));
  const codePath = join(directory, 'workflows.cjs');
  await writeFile(codePath, (await buildWorkflowBundle()).code);
  return {
    start: (settings) => startChild(writeSettings({ ...settings, codePath })),
    close: () => rm(directory, { recursive: true }),
  };
}

async function startChild(settings: string): Promise<WorkerChild> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, settings], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  let said = '';
  const ready = new Promise<'ready'>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes(readyLine)) resolve('ready');
    });
  });
  const first = await Promise.race([ready, gone]);
  if (first !== 'ready') throw new Error(`the worker ended with ${String(first[0])}: ${said}`);
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
