import { freePort, requireFreePort } from '../../local/free-port.js';

export interface Ports {
  readonly http: number;
  readonly temporalUi: number;
  readonly smtp: number;
}

const usual: Ports = { http: 3000, temporalUi: 8233, smtp: 2525 };

/**
 * The usual ports, with free ones in place of those that are taken; each replacement is announced. A requested port is
 * never replaced.
 */
export async function choosePorts(env: NodeJS.ProcessEnv): Promise<Ports> {
  const asked = env['CADENZA_HTTP_PORT'];
  return {
    http: asked ? Number(asked) : await usualOrFree(usual.http, 'the API'),
    temporalUi: await usualOrFree(usual.temporalUi, 'the Temporal UI'),
    smtp: await usualOrFree(usual.smtp, 'the mail server'),
  };
}

async function usualOrFree(port: number, purpose: string): Promise<number> {
  try {
    await requireFreePort(port, purpose);
    return port;
  } catch {
    const other = await freePort();
    console.log(`Port ${port} is taken; ${purpose} gets ${other}.`);
    return other;
  }
}
