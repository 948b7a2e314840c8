import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What may be connected to besides the open internet: a name, or a network of one or more addresses. */
export interface AllowedHost {
  readonly name: string | undefined;
  readonly network: ReturnType<typeof ipaddr.parseCIDR> | undefined;
  /** Undefined: on the usual ports. */
  readonly port: number | 'any' | undefined;
}

const namePattern = /^[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?$/i;
/** A misspelt address is no name. */
const looksNumeric = /^[\d.]+$/;
const withPort = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}|\*))?$/;

/**
 * Reads one entry: `mail.internal`, `10.0.0.5`, `10.0.0.0/8` or `fd00::/8`, with a port or `*` for any: `mail:1025`,
 * `127.0.0.1:*`, `[::1]:25`. Undefined when it is none.
 */
export function readAllowedHost(text: string): AllowedHost | undefined {
  const isBareV6 = isIP(text.split('/')[0] ?? '') === 6;
  const [, bracketed, plain, portText] = (isBareV6 ? [text, text] : withPort.exec(text)) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = readPort(portText);
  const network = readNetwork(host);
  if (port === 0) return undefined;
  if (network !== undefined) return { name: undefined, network, port };
  const isName = namePattern.test(host) && !looksNumeric.test(host);
  return isName ? { name: host.toLowerCase(), network, port } : undefined;
}

/** 0 for what is no port. */
function readPort(text: string | undefined): AllowedHost['port'] {
  if (text === undefined) return undefined;
  if (text === '*') return 'any';
  return Number(text) <= 65_535 ? Number(text) : 0;
}

/** An address is a network of one. */
function readNetwork(text: string): AllowedHost['network'] {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  if (bits === undefined || rest.length > 0) return undefined;
  const length = prefix ?? String(bits);
  const isLength = /^\d{1,3}$/.test(length) && Number(length) <= bits;
  return isLength ? ipaddr.parseCIDR(`${address}/${length}`) : undefined;
}

/** Whether an entry means this address. */
export function includes({ network }: AllowedHost, text: string): boolean {
  if (network === undefined || !ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  const [of, bits] = network;
  if ('octets' in address) return 'octets' in of && address.match(of, bits);
  return 'parts' in of && address.match(of, bits);
}
