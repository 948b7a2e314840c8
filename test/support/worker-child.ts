import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BundleFile } from './bundles.js';
import type { WorkerSettings } from './stack.js';
import { logLevelName, readyLine, writeSettings } from './worker-settings.js';

const script = fileURLToPath(new URL('worker-process.ts', import.meta.url));

/** A worker process that can be killed, and stopped where it stands. */
export interface WorkerChild {
  /** Has it stand still (SIGSTOP), with all that it holds, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Ends it without a word to it (SIGKILL), and resolves when it is gone. Safe to call twice. */
  kill(): Promise<void>;
  /** All that it has said, its log included. */
  said(): string;
}

/** Starts a worker process. Resolves when it takes work; rejects when it ends before that. */
export async function startWorkerChild(
  settings: WorkerSettings,
  { codePath }: BundleFile,
  { logLevel = 'fatal' }: { readonly logLevel?: 'debug' | 'fatal' } = {},
): Promise<WorkerChild> {
  const args = ['--import', 'tsx', script, writeSettings({ ...settings, codePath })];
  const env = { ...process.env, [logLevelName]: logLevel };
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
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
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    said: () => said,
  };
}
