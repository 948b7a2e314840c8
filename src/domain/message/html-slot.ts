/**
 * What a place in HTML does to a value put there:
 * `text` – element content or an ordinary quoted attribute: escaping the five special characters is enough;
 * `url` – the start of a link or image address: the value decides where it leads;
 * `url_part` – further along in such an address;
 * `inert` – anywhere else within markup (tag and attribute names, unquoted values, handlers, styles, scripts, comments):
 * nothing but letters, digits and percent signs is harmless there.
 */
export type HtmlSlot = 'text' | 'url' | 'url_part' | 'inert';

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
  /** How the attribute's value begins, white space apart. */
  head: string;
  tail: string;
}

/** Of names and values no more is looked at, however long they are. */
const keptLength = 16;

const rawElements = /^(?:script|style|textarea|title|xmp|iframe|noscript|noembed|noframes)$/;
const urlAttributes = /^(?:href|src|action|formaction|background|poster|cite|data|longdesc)$/;
const codeAttributes = /^(?:on.*|style|srcdoc|srcset)$/;

/** Follows HTML as it is written, so that each value is escaped for the place it lands in. */
export interface HtmlScanner {
  /** Takes the next piece of the template itself. Linear in its length. */
  read(text: string): void;
  /** The slot at the present place, when a value comes next. */
  slot(): HtmlSlot;
  /** Whether the present place lies in a `mailto:` address. */
  inMailto(): boolean;
  /** Notes that a value was put here: after one that is not blank, what follows no longer starts an address. */
  skipValue(value: string): void;
}

export function createHtmlScanner(): HtmlScanner {
  const scan: Scan = {
    mode: 'text',
    tag: '',
    attribute: '',
    attributeEnded: false,
    head: '',
    tail: '',
  };
  return {
    read: (text) => {
      for (const character of text) step(scan, character);
    },
    slot: () => slotOf(scan),
    inMailto: () => /^mailto:/i.test(scan.head),
    skipValue: (value) => {
      if (value.trim() !== '') scan.head = begun(scan.head, 'x');
    },
  };
}

function slotOf(scan: Scan): HtmlSlot {
  if (scan.mode === 'text') return 'text';
  if (scan.mode !== 'double_quoted' && scan.mode !== 'single_quoted') return 'inert';
  const attribute = scan.attribute.toLowerCase().replace(/^xlink:/, '');
  if (codeAttributes.test(attribute)) return 'inert';
  if (!urlAttributes.test(attribute)) return 'text';
  return scan.head === '' ? 'url' : 'url_part';
}

/** A name or a value with what comes next, as far as it is looked at. */
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
    scan.head = '';
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
  else if (scan.head !== '' || !/\s/.test(character)) scan.head = begun(scan.head, character);
}

function startAttributes(scan: Scan): void {
  scan.mode = 'attributes';
  scan.attribute = '';
  scan.attributeEnded = true;
  scan.head = '';
}

function endTag(scan: Scan): void {
  scan.head = '';
  scan.mode = rawElements.test(scan.tag) ? 'raw' : 'text';
}
