import { randomInt } from 'node:crypto';
import { freePort, requireFreePort } from '../../src/local/free-port.js';

/** Where on this machine a service of docker-compose.yml is, which its neighbours know by name and port. */
export interface Place {
  readonly service: string;
  readonly port: string;
  readonly localPort: number;
}

export async function newPlace(service: string, port: string): Promise<Place> {
  const localPort = await (service === 'temporal' ? freeLowPort() : freePort());
  return { service, port, localPort };
}

const localHost = '127.0.0.1';

/** The environment with this machine's addresses in place of those in the network of the containers. */
export function localised(
  environment: Readonly<Record<string, string>>,
  places: readonly Place[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, text]) => [
      name,
      // Users are called like the services that they are users of.
      name.endsWith('_USER') ? text : places.reduce(replace, text),
    ]),
  );
}

function replace(text: string, { service, port, localPort }: Place): string {
  if (text === service) return localHost;
  if (text === port) return String(localPort);
  return text.replaceAll(new RegExp(`\\b${service}:${port}\\b`, 'g'), `${localHost}:${localPort}`);
}

const lowest = 10_000;
/** Temporal's tables keep a server's ports as a smallint. */
const highest = 32_767;
const attempts = 50;

/** A free port of those that Temporal can write down, which the system never hands out by itself. */
export async function freeLowPort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(lowest, highest + 1);
    try {
      await requireFreePort(port, 'Temporal');
      return port;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}
