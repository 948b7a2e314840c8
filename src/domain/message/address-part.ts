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
}

export const noAddress: AddressSoFar = { part: 'start', scheme: '' };

/** One more than the longest scheme that leads to the web or a mailbox, with its slashes. */
const keptLength = 9;

/** Reads one more character. */
export function readAddress(so: AddressSoFar, character: string): AddressSoFar {
  switch (so.part) {
    case 'start':
      return /\s/.test(character) ? so : readScheme(so, character);
    case 'scheme':
      return readScheme(so, character);
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

function readScheme({ scheme: before }: AddressSoFar, character: string): AddressSoFar {
  const scheme = `${before}${character.toLowerCase()}`.slice(0, keptLength);
  if (scheme === 'https://' || scheme === 'http://') return { part: 'host', scheme };
  if (scheme === 'mailto:') return { part: 'mailbox', scheme };
  return { part: 'scheme', scheme };
}

const keptAsIs: Readonly<Record<AddressPart, RegExp>> = {
  start: /(?!)/,
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
 * of the part. In `start` and `scheme` nothing but letters and digits stays. A lone surrogate becomes U+FFFD, since it has no
 * encoding.
 */
export function encodeFor(part: AddressPart, value: string): string {
  const kept = keptAsIs[part];
  const whole = Buffer.from(value, 'utf8').toString('utf8');
  return whole.replace(/[^A-Za-z0-9]/gu, (character) =>
    kept.test(character) ? character : percentEncoded(character),
  );
}

function percentEncoded(character: string): string {
  const bytes = [...Buffer.from(character, 'utf8')];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
