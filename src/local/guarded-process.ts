import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export interface GuardedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The user to run it as, if not ourselves. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The signal that asks it to end in good order. */
  readonly stopSignal: 'INT' | 'TERM';
  /** Its output is appended to this file. */
  readonly logFile?: string;
}

export interface GuardedProcess {
  hasEnded(): boolean;
  /** The last lines of its output, for an error message. */
  lastLines(): string;
  /** Resolves when it has ended, for whatever reason, to its exit status, or to undefined when it was killed. */
  readonly ended: Promise<number | undefined>;
  /** Asks it to end, insists after ten seconds, and resolves when it has ended. */
  stop(): Promise<void>;
}

const stopTimeoutMs = 10_000;
const keptLines = 20;

/**
 * The program's standard input is not this script's, which is a pipe from us. The pipe breaks when we end, in whatever
 * way, even by a SIGKILL; the program is then asked to end too.
 */
const guardScript = `
signal=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{ cat <&3; kill -s "$signal" "$program"; } >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait "$program"; status=$?
kill "$guard" 2>/dev/null
exit "$status"
`;

/**
 * Runs a server that does not outlive this process. It has its own session, so that Ctrl-C in the terminal reaches only
 * us; we stop it when nobody needs it any more.
 */
export function startGuarded(options: GuardedProcessOptions): GuardedProcess {
  const child = spawn(
    '/bin/sh',
    ['-c', guardScript, 'guard', options.stopSignal, options.command, ...options.args],
    {
      cwd: options.cwd,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.env ? { env: options.env } : {}),
      ...(options.user ?? {}),
    },
  );
  const lines = keepLastLines(child, options.logFile);
  let hasEnded = false;
  const ended = endOf(child).finally(() => {
    hasEnded = true;
    child.stdin.destroy();
  });
  return {
    hasEnded: () => hasEnded,
    lastLines: () => lines.join('\n'),
    ended,
    stop: async () => {
      child.stdin.end();
      const insist = setTimeout(() => {
        killGroup(child.pid);
      }, stopTimeoutMs);
      await ended;
      clearTimeout(insist);
    },
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

async function endOf(child: Child): Promise<number | undefined> {
  // A pipe that breaks while it is being closed only means that the program ended first.
  child.stdin.on('error', () => undefined);
  const values: readonly unknown[] = await once(child, 'close');
  const status = values[0];
  return typeof status === 'number' ? status : undefined;
}

function keepLastLines(child: Child, logFile: string | undefined): readonly string[] {
  const log = logFile === undefined ? undefined : openLog(logFile);
  const lines: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    let rest = '';
    output.setEncoding('utf8').on('data', (text: string) => {
      log?.write(text);
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts.filter((line) => line !== ''));
      lines.splice(0, Math.max(0, lines.length - keptLines));
    });
  }
  child.once('error', (error) => lines.push(error.message));
  child.once('close', () => log?.end());
  return lines;
}

function openLog(file: string): WriteStream {
  mkdirSync(dirname(file), { recursive: true });
  const log = createWriteStream(file, { flags: 'a' });
  // A log that cannot be written is no reason to stop.
  log.on('error', () => undefined);
  return log;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}
