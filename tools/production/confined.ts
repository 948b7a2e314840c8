import { runToEnd } from './run-to-end.js';

/** A command with what it is given, as it is handed to the system. */
export interface Words {
  readonly command: string;
  readonly args: readonly string[];
}

export type Confine = (words: readonly string[]) => Words;

/** Some user that owns nothing here, as the one of the images owns nothing that matters there. */
const user = '1000';

/**
 * What `cap_drop: [ALL]`, `no-new-privileges` and `read_only` come to, without Docker: every file system is read-only,
 * the user has no right of root and gets none. What the kernel itself shows as files is left out.
 */
const script = `
set -eu
while read -r _ place _; do
  case $place in /proc | /proc/* | /sys | /sys/* | /dev | /dev/pts | /dev/mqueue) continue ;; esac
  mount -o remount,bind,ro "$place"
done </proc/self/mounts
exec setpriv --reuid ${user} --regid ${user} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
`;

function confine(words: readonly string[]): Words {
  const own = ['--mount', '--propagation', 'private', '--', 'sh', '-c', script, 'confined'];
  return { command: 'unshare', args: [...own, ...words] };
}

function leave([command = '', ...args]: readonly string[]): Words {
  return { command, args };
}

/**
 * A way to run programs confined, proved by one that finds no place to write in `directory`, in /tmp and in /dev/shm.
 * Where that cannot be had, as on macOS and for anybody but root, programs run as they are, and `reason` says why.
 */
export async function findConfinement(
  directory: string,
): Promise<{ readonly confine: Confine; readonly reason?: string }> {
  const places = [directory, '/tmp', '/dev/shm'].map((place) => `${place}/cadenza-confined`);
  const attempt = `
    node --version || exit 1
    for place in ${places.join(' ')}; do touch "$place" 2>/dev/null && echo "wrote $place"; done
    true`;
  const { command, args } = confine(['sh', '-c', attempt]);
  let output: string;
  try {
    output = await runToEnd(command, args, { cwd: '/' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { confine: leave, reason: reason.split('\n').at(-1) ?? reason };
  }
  if (output.includes('wrote')) throw new Error(`a confined program ${output.trim()}`);
  return { confine };
}
