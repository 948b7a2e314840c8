import { connect as openSocket, isIP, type Socket } from 'node:net';
import { includes, readAllowedHost, type AllowedHost } from './allowed-hosts.js';
import { isPublicAddress } from './public-address.js';
import { resolveAll } from './resolve.js';

/** Where whoever sets Cadenza up lets it connect to. */
export interface OutgoingRules {
  /** Besides the open internet: entries of `readAllowedHost`; none unless told. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** The usual ports; those of mail submission unless told. */
  readonly ports?: readonly number[] | undefined;
}

export interface Destination {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
}

export interface ConnectLimits {
  /** For looking up the name and connecting, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Stands before every connection to a host that a user has named. */
export interface OutgoingGuard {
  /** What is refused of a destination as far as it says so itself: what a name leads to is looked up when it is connected to. */
  refusalOf(destination: Destination): 'host' | 'port' | undefined;
  /**
   * Opens a connection to an address that was looked up and checked, one and the same. Rejects with a `ConnectError`; nothing is
   * connected to that is not allowed.
   */
  connect(destination: Destination, limits: ConnectLimits): Promise<Socket>;
}

/** Why there is no connection. The text is for logs. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly reason: 'not_allowed' | 'dns' | 'connection' | 'timeout' | 'aborted';

  constructor(reason: ConnectError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The ports of mail submission. */
export const usualPorts: readonly number[] = [25, 465, 587, 2525];

/** The least that an address of several is given to answer, in milliseconds. */
const leastAttemptMs = 250;

/** A guard with these rules. `resolve` finds the addresses of a name: DNS unless told. */
export function createOutgoingGuard(
  rules: OutgoingRules = {},
  resolve: typeof resolveAll = resolveAll,
): OutgoingGuard {
  const ports = rules.ports ?? usualPorts;
  const allowed = (rules.allowedHosts ?? []).map(requireEntry);
  const covers = ({ port }: AllowedHost, asked: number): boolean =>
    port === 'any' || (port === undefined ? ports.includes(asked) : port === asked);
  const entriesFor = (host: string, address: string | undefined): readonly AllowedHost[] =>
    allowed.filter(
      (entry) =>
        entry.name === host.toLowerCase() || (address !== undefined && includes(entry, address)),
    );
  const mayConnect = ({ host, port }: Destination, address: string): boolean =>
    (isPublicAddress(address) && ports.includes(port)) ||
    entriesFor(host, address).some((entry) => covers(entry, port));
  const refusalOf = (destination: Destination): 'host' | 'port' | undefined => {
    const { host, port } = destination;
    if (isIP(host) !== 0) {
      if (mayConnect(destination, host)) return undefined;
      return isPublicAddress(host) || entriesFor(host, host).length > 0 ? 'port' : 'host';
    }
    // A name may lead into a network that is allowed.
    const perhaps = allowed.filter(({ name }) => name === undefined || name === host.toLowerCase());
    if (ports.includes(port) || perhaps.some((entry) => covers(entry, port))) return undefined;
    return 'port';
  };
  const addressesOf = async (destination: Destination, signal: AbortSignal) => {
    const { host, port } = destination;
    if (refusalOf(destination) !== undefined) throw notAllowed(destination);
    const found =
      isIP(host) === 0 ? await before(signal, resolve(host, signal)).catch(unresolved) : [host];
    const checked = found.filter((address) => mayConnect({ host, port }, address));
    if (checked.length === 0) throw notAllowed(destination);
    // IPv4 first: where IPv6 does not work, nobody waits for it.
    return checked.toSorted((a, b) => isIP(a) - isIP(b));
  };
  return {
    refusalOf,
    connect: async (destination, { timeoutMs, signal }) => {
      const late = AbortSignal.timeout(timeoutMs);
      const ended = signal ? AbortSignal.any([late, signal]) : late;
      try {
        const addresses = await addressesOf(destination, ended);
        return await open(destination, addresses, { timeoutMs, signal: ended });
      } catch (error) {
        if (signal?.aborted === true) throw new ConnectError('aborted', 'aborted by the caller');
        if (!late.aborted) throw error;
        throw new ConnectError('timeout', `no connection within ${timeoutMs} ms`);
      }
    },
  };
}

function open(
  { host, port }: Destination,
  addresses: readonly string[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Socket> {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = openSocket({
      host,
      port,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: Math.max(leastAttemptMs, Math.floor(timeoutMs / all.length)),
      // Nothing is looked up a second time: a name that has moved since leads nowhere else.
      lookup: (_name, _options, found) => {
        found(null, all);
      },
    });
    const abandon = (): void => {
      socket.destroy(new Error('abandoned'));
    };
    signal.addEventListener('abort', abandon, { once: true });
    socket.once('error', ({ message }) => {
      signal.removeEventListener('abort', abandon);
      reject(new ConnectError('connection', message));
    });
    socket.once('connect', () => {
      signal.removeEventListener('abort', abandon);
      resolve(socket);
    });
  });
}

/** What it comes to, unless the signal is quicker: the machine's own look-up cannot be broken off. */
async function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let abandon = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abandon = () => {
      reject(new Error('abandoned'));
    };
    signal.addEventListener('abort', abandon, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

function requireEntry(text: string): AllowedHost {
  const entry = readAllowedHost(text);
  if (entry === undefined) throw new RangeError(`not a host, address or network: ${text}`);
  return entry;
}

function notAllowed({ host, port }: Destination): ConnectError {
  return new ConnectError('not_allowed', `${host}:${port} is not to be connected to`);
}

function unresolved(error: unknown): never {
  throw new ConnectError('dns', error instanceof Error ? error.message : 'no address');
}
