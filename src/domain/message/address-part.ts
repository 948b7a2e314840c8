import { asciiDomain } from './address.js';

/**
 * The part of a web or mail address that a place in it belongs to:
 * `start` – nothing stands before it: what comes decides where the address leads;
 * `scheme` – before it is clear where it leads;
 * `host` – the server's name and port; `path`; `query` – the query, or the fragment;
 * `mailbox` – the address of a `mailto:`; `headers` – what follows its `?`.
 */
export type AddressPart = 'start' | 'scheme' | 'host' | 'path' | 'query' | 'mailbox' | 'headers';

/** How far an address has been read. */
export interface AddressSoFar {
  readonly part: AddressPart;
  /** What was read of the scheme, in lower case. */
  readonly scheme: string;
  /** The last character; empty at the start. */
  readonly last: string;
}

export const noAddress: AddressSoFar = { part: 'start', scheme: '', last: '' };

/** One more than the longest scheme that leads to the web or a mailbox, with its slashes. */
const keptLength = 9;

/** Reads one more character. */
export function readAddress(before: AddressSoFar, character: string): AddressSoFar {
  const so = { ...before, last: character };
  switch (so.part) {
    case 'start':
      return /\s/.test(character) ? before : readScheme(so);
    case 'scheme':
      return readScheme(so);
    case 'host':
    case 'path':
      if (character === '?' || character === '#') return { ...so, part: 'query' };
      return character === '/' ? { ...so, part: 'path' } : so;
    case 'mailbox':
      return character === '?' ? { ...so, part: 'headers' } : so;
    default:
      return so;
  }
}

function readScheme({ scheme: before, last }: AddressSoFar): AddressSoFar {
  const scheme = `${before}${last.toLowerCase()}`.slice(0, keptLength);
  if (scheme === 'https://' || scheme === 'http://') return { part: 'host', scheme, last };
  if (scheme === 'mailto:') return { part: 'mailbox', scheme, last };
  return { part: 'scheme', scheme, last };
}

/** What a place of an address needs, and a value there is not. */
export const addressNeeds = [
  'web_address',
  'server_name',
  'server_name_part',
  'port',
  'path_segment',
  'separator',
] as const;
export type AddressNeed = (typeof addressNeeds)[number];

/**
 * What keeps a value from standing at a place of an address, where `next` is the text that comes after it, or undefined where
 * it may: at the start it leads to the web; in a host it is the name of a server or a part of one, and neither joined to
 * another name nor missing from it; in a path it is no way up.
 */
export function needOfAddress(
  value: string,
  { part, last }: AddressSoFar,
  next: string,
): AddressNeed | undefined {
  if (part === 'start') return /^https?:\/\/[^/\s]/i.test(value) ? undefined : 'web_address';
  if (part === 'path') return /^\.+$/.test(value) ? 'path_segment' : undefined;
  return part === 'host' ? needOfHost(value, last, next) : undefined;
}

function needOfHost(value: string, last: string, next: string): AddressNeed | undefined {
  const goesOn = /^[a-z0-9.-]/i.test(next);
  if (value === '') return goesOn || /[a-z0-9]/i.test(last) ? undefined : 'server_name';
  if (last === ':') return /^\d{1,5}$/.test(value) ? undefined : 'port';
  if (last === '/' || last === '.') return isHost(value) ? undefined : 'server_name';
  if (!goesOn) return 'separator';
  return hostLabel.test(value) ? undefined : 'server_name_part';
}

const hostForm = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;
const hostLabel = /^[a-z0-9-]{1,63}$/i;

function isHost(value: string): boolean {
  return hostForm.test(value) || asciiDomain(value) !== undefined;
}

const keptAsIs: Readonly<Record<Exclude<AddressPart, 'start'>, RegExp>> = {
  scheme: /(?!)/,
  host: /[._~-]/,
  // RFC 3986, 3.3: what stands in a segment; a slash would begin another.
  path: /[._~!$&'()*+,;=:@-]/,
  // A name, a value and what is between them are told apart by "&", "=", "+" and ";".
  query: /[._~!'()*,:@/?-]/,
  // RFC 6068, 2: a comma would begin another address.
  mailbox: /[._~!$'*+@-]/,
  headers: /[._~!'()*:@/?-]/,
};

/**
 * A value as it is written in such a part: what RFC 3986 and RFC 6068 want encoded there is, and what would be read as the end
 * of the part. At the start it stays, but for its blanks; in `scheme` nothing but letters and digits stays. A lone surrogate
 * becomes U+FFFD, since it has no encoding.
 */
export function encodeFor(part: AddressPart, value: string): string {
  if (part === 'start') return value.replace(/\s+/g, '%20');
  if (part === 'host' && !hostForm.test(value)) {
    return asciiDomain(value) ?? encodeFor('scheme', value);
  }
  const kept = keptAsIs[part];
  const whole = Buffer.from(value, 'utf8').toString('utf8');
  return whole.replace(/[^A-Za-z0-9]/gu, (character) =>
    kept.test(character) ? character : percentEncoded(character),
  );
}

/** A piece of an address that its author wrote: only what stands in no address at all is encoded. */
export function encodeWritten(text: string): string {
  const whole = Buffer.from(text, 'utf8').toString('utf8');
  return whole.replace(/[^\x21-\x7E]|["<>\\^`{|}]/gu, percentEncoded);
}

function percentEncoded(character: string): string {
  const bytes = [...Buffer.from(character, 'utf8')];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
