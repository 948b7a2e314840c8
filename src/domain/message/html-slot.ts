import { noAddress, readAddress, type AddressPart, type AddressSoFar } from './address-part.js';

/**
 * What a place in HTML does to a value put there:
 * `text` – element content or an ordinary quoted attribute: escaping the five special characters is enough;
 * a part of a link or image address: at its `start` the value decides where it leads;
 * `inert` – anywhere else within markup (tag and attribute names, unquoted values, handlers, styles, scripts, comments):
 * nothing but letters, digits and percent signs is harmless there.
 */
export type HtmlSlot = 'text' | AddressPart | 'inert';

type Mode =
  | 'text'
  | 'tag_name'
  | 'attributes'
  | 'before_value'
  | 'double_quoted'
  | 'single_quoted'
  | 'unquoted'
  | 'comment'
  | 'raw';

interface Scan {
  mode: Mode;
  tag: string;
  attribute: string;
  attributeEnded: boolean;
  /** How far the attribute's value has been read as an address. */
  address: AddressSoFar;
  tail: string;
}

/** Of names no more is looked at, however long they are. */
const keptLength = 16;

const rawElements = /^(?:script|style|textarea|title|xmp|iframe|noscript|noembed|noframes)$/;
const urlAttributes = /^(?:href|src|action|formaction|background|poster|cite|data|longdesc)$/;
const codeAttributes = /^(?:on.*|style|srcdoc|srcset)$/;

/** Follows HTML as it is written, so that each value is escaped for the place it lands in. */
export interface HtmlScanner {
  /** Takes the next piece of the template itself. Linear in its length. */
  read(text: string): void;
  /** What the present place does to a value, when one comes next. */
  slot(): HtmlSlot;
  /** The address that the present place lies in, as far as it has been read. */
  address(): AddressSoFar;
  /**
   * Notes that a value was put here: one at the start of an address says how it goes on, as does what the author `wrote`; any
   * other is encoded, so that it stays in its part.
   */
  skipValue(value: string, wrote?: boolean): void;
}

export function createHtmlScanner(): HtmlScanner {
  const scan: Scan = {
    mode: 'text',
    tag: '',
    attribute: '',
    attributeEnded: false,
    address: noAddress,
    tail: '',
  };
  return {
    read: (text) => {
      let at = 0;
      while (at < text.length) {
        // Between tags nothing but the next one matters.
        if (scan.mode === 'text') at = text.indexOf('<', at);
        if (at < 0) return;
        const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
        step(scan, character);
        at += character.length;
      }
    },
    slot: () => slotOf(scan),
    address: () => scan.address,
    skipValue: (value, wrote = false) => {
      const { part, last } = scan.address;
      if (wrote || part === 'start' || part === 'scheme') {
        for (const character of value) scan.address = readAddress(scan.address, character);
      } else {
        scan.address = { ...scan.address, last: value.at(-1) ?? last };
      }
    },
  };
}

function slotOf(scan: Scan): HtmlSlot {
  if (scan.mode === 'text') return 'text';
  if (scan.mode !== 'double_quoted' && scan.mode !== 'single_quoted') return 'inert';
  const attribute = scan.attribute.toLowerCase().replace(/^xlink:/, '');
  if (codeAttributes.test(attribute)) return 'inert';
  if (!urlAttributes.test(attribute)) return 'text';
  return scan.address.part;
}

/** A name with what comes next, as far as it is looked at. */
function begun(head: string, next: string): string {
  return head.length < keptLength ? head + next : head;
}

function step(scan: Scan, character: string): void {
  scan.tail = (scan.tail + character).slice(-12).toLowerCase();
  steps[scan.mode](scan, character);
}

const steps: Readonly<Record<Mode, (scan: Scan, character: string) => void>> = {
  text: (scan, character) => {
    if (character !== '<') return;
    scan.mode = 'tag_name';
    scan.tag = '';
  },
  tag_name: readTagName,
  attributes: readAttributes,
  before_value: (scan, character) => {
    if (/\s/.test(character)) return;
    scan.address = noAddress;
    if (character === '"') scan.mode = 'double_quoted';
    else if (character === "'") scan.mode = 'single_quoted';
    else if (character === '>') endTag(scan);
    else scan.mode = 'unquoted';
  },
  double_quoted: (scan, character) => {
    readQuoted(scan, character, '"');
  },
  single_quoted: (scan, character) => {
    readQuoted(scan, character, "'");
  },
  unquoted: (scan, character) => {
    if (character === '>') endTag(scan);
    else if (/\s/.test(character)) startAttributes(scan);
  },
  comment: (scan) => {
    if (scan.tail.endsWith('-->')) scan.mode = 'text';
  },
  raw: (scan) => {
    if (scan.tail.endsWith(`</${scan.tag}`)) {
      scan.tag = `/${scan.tag}`;
      startAttributes(scan);
    }
  },
};

function readTagName(scan: Scan, character: string): void {
  if (scan.tag === '' && !/[a-z/!?]/i.test(character)) {
    // "a < b": no tag after all. A second "<" may still open one.
    scan.mode = character === '<' ? 'tag_name' : 'text';
  } else if (character === '>') {
    endTag(scan);
  } else if (/\s/.test(character) || (character === '/' && scan.tag !== '')) {
    startAttributes(scan);
  } else {
    scan.tag = begun(scan.tag, character.toLowerCase());
    if (scan.tag === '!--') scan.mode = 'comment';
  }
}

function readAttributes(scan: Scan, character: string): void {
  if (character === '>') endTag(scan);
  else if (character === '=') scan.mode = 'before_value';
  else if (/[\s/]/.test(character)) scan.attributeEnded = true;
  else {
    scan.attribute = begun(scan.attributeEnded ? '' : scan.attribute, character);
    scan.attributeEnded = false;
  }
}

function readQuoted(scan: Scan, character: string, quote: string): void {
  if (character === quote) startAttributes(scan);
  else scan.address = readAddress(scan.address, character);
}

function startAttributes(scan: Scan): void {
  scan.mode = 'attributes';
  scan.attribute = '';
  scan.attributeEnded = true;
  scan.address = noAddress;
}

function endTag(scan: Scan): void {
  scan.address = noAddress;
  scan.mode = rawElements.test(scan.tag) ? 'raw' : 'text';
}
