import { freePort } from '../../src/local/free-port.js';

/** Where on this machine a service of docker-compose.yml is, which its neighbours know by name and port. */
export interface Place {
  readonly service: string;
  readonly port: string;
  readonly localPort: number;
}

export async function newPlace(service: string, port: string): Promise<Place> {
  return { service, port, localPort: await freePort() };
}

const localHost = '127.0.0.1';

/** The environment with this machine's addresses in place of those in the network of the containers. */
export function localised(
  environment: Readonly<Record<string, string>>,
  places: readonly Place[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, text]) => [name, places.reduce(replace, text)]),
  );
}

function replace(text: string, { service, port, localPort }: Place): string {
  if (text === service) return localHost;
  if (text === port) return String(localPort);
  return text.replaceAll(new RegExp(`\\b${service}:${port}\\b`, 'g'), `${localHost}:${localPort}`);
}
