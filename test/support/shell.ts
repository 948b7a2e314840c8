import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './documents.js';

export interface Ended {
  readonly status: number | string;
  readonly out: string;
  readonly err: string;
}

export interface ShellOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Runs a script in bash, as somebody would who pastes it, and waits for its end. */
export function runShell(script: string, options: ShellOptions): Promise<Ended> {
  const { cwd, env = {}, timeoutMs = 50_000 } = options;
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-c', script],
      { cwd, env: { ...process.env, ...env }, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => {
        resolve({ status: error === null ? 0 : (error.code ?? 'killed'), out, err });
      },
    );
  });
}

export interface Calls extends Ended {
  /** Each call that curl made, in order: its status, its path, and what was answered to one that is no 2xx. */
  readonly calls: readonly string[];
}

/** Like curl, but what it was answered is noted besides. */
const notingCurl = `#!/usr/bin/env bash
export PATH=$OUTSIDE_PATH
body=$(mktemp)
told=$(curl "$@" -o "$body" -w '%{http_code} %{url_effective}') || told="000 $told"
{ echo "$told"; case $told in 2*) ;; *) cat "$body"; echo ;; esac; } >> "$CALLS"
cat "$body"
rm "$body"
`;

/** `npm run` in the repository, from wherever a script is. */
const npmHere = `#!/usr/bin/env bash
export PATH=$OUTSIDE_PATH
cd ${JSON.stringify(root)} && exec npm "$@"
`;

/** Runs a script that calls an API by curl, in a directory of its own that is gone afterwards. */
export async function runCalls(
  script: string,
  given: Readonly<Record<string, string>> = {},
): Promise<Calls> {
  const directory = await mkdtemp(join(tmpdir(), 'cadenza-calls-'));
  try {
    const bin = join(directory, 'bin');
    const log = join(directory, 'calls');
    await mkdir(bin);
    for (const [name, program] of Object.entries({ curl: notingCurl, npm: npmHere })) {
      await writeFile(join(bin, name), program);
      await chmod(join(bin, name), 0o755);
    }
    await writeFile(log, '');
    const outside = process.env['PATH'] ?? '';
    const paths = { PATH: `${bin}:${outside}`, OUTSIDE_PATH: outside, TMPDIR: directory };
    const env = { ...given, ...paths, CALLS: log };
    const ended = await runShell(script, { cwd: directory, env });
    return { ...ended, calls: (await readFile(log, 'utf8')).split('\n').filter(Boolean) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
