import { execFile } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  /** Ours, unless another is given. */
  readonly env?: Readonly<Record<string, string>>;
}

const maxOutputBytes = 10_000_000;
const shownCharacters = 3000;

/** Runs a command and returns what it printed. Rejects with the end of that when the command fails. */
export function runToEnd(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      [...args],
      { cwd: options.cwd, env: options.env ?? process.env, maxBuffer: maxOutputBytes },
      (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`;
        if (error === null) resolve(output);
        else if ('code' in error && error.code === 'ENOENT') {
          reject(new Error(`${command} is not here, and is needed`, { cause: error }));
        } else {
          const end = output.trim().slice(-shownCharacters);
          reject(new Error(`${[command, ...args].join(' ')} failed:\n${end}`, { cause: error }));
        }
      },
    );
    child.stdin?.end();
  });
}
