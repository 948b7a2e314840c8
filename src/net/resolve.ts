import { lookup, Resolver } from 'node:dns/promises';

const queryMs = 3_000;
const tries = 2;

/**
 * Every address of a name, as DNS has it, or else as this machine does. Rejects when there is none, or once `signal` says so.
 *
 * DNS is asked without the pool of threads that the process shares, so that names whose servers are silent hold up nobody.
 */
export async function resolveAll(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: queryMs, tries });
  const cancel = (): void => {
    resolver.cancel();
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    signal.throwIfAborted();
    const found = answers.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    if (found.length > 0) return found;
    const isSilent = answers.some((each) => each.status === 'rejected' && isTimeout(each.reason));
    if (isSilent) throw new Error('its name servers are silent');
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ETIMEOUT';
}
