import sanitize from 'sanitize-html';

const one = /(?:0|(?:\d{1,4}(?:\.\d{1,9})?|\.\d{1,9})(?:px|pt|pc|in|cm|mm|em|rem|ex|ch|%))/.source;
const length = new RegExp(`^${one}$`, 'i');
const lengths = new RegExp(`^${one}(?:\\s+${one}){0,3}$`, 'i');
const sides = ['top', 'right', 'bottom', 'left'];
const fontSize =
  /^(?:[89]|[1-9]\d(?:\.\d+)?)(?:px|pt)$|^(?:small|medium|large|x-large|larger|smaller)$/;
const color =
  /^(?:#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]{3,20}|rgb\(\s*\d{1,3}\s*(?:,\s*\d{1,3}\s*){2}\))$/i;
const border = /^(?:none|0|\d{1,2}px\s+(?:solid|dashed|dotted)\s+(?:#[0-9a-f]{3,6}|[a-z]{3,20}))$/i;

/** The formatting of one-to-one mail; nothing that hides, moves or loads. */
const styles: Readonly<Record<string, RegExp[]>> = {
  color: [color],
  'background-color': [color],
  'font-family': [/^[\w\s,'"-]{1,200}$/],
  'font-size': [fontSize],
  'font-style': [/^(?:normal|italic)$/],
  'font-weight': [/^(?:normal|bold|[1-9]00)$/],
  'line-height': [/^(?:normal|1(?:\.\d+)?|2(?:\.0+)?|\d{2}px)$/],
  'text-align': [/^(?:left|right|center|justify)$/],
  'text-decoration': [/^(?:none|underline|line-through)$/],
  direction: [/^(?:ltr|rtl)$/i],
  'unicode-bidi': [/^(?:normal|embed|isolate|bidi-override|isolate-override|plaintext)$/i],
  margin: [lengths],
  padding: [lengths],
  ...Object.fromEntries(
    ['margin', 'padding'].flatMap((box) => sides.map((side) => [`${box}-${side}`, [length]])),
  ),
  border: [border],
};

/** Names of styles are read in lower case alone. */
function withLowerCaseStyle(attributes: sanitize.Attributes): sanitize.Attributes {
  const { style } = attributes;
  if (style === undefined) return attributes;
  const named = style.replace(/(^|;)(\s*[A-Za-z-]+\s*:)/g, (name) => name.toLowerCase());
  return { ...attributes, style: named };
}

const directionStyle = /(?:^|;)\s*direction\s*:\s*(ltr|rtl)\s*(?:!\s*important\s*)?(?=;|$)/gi;

function directionOnly(tagName: string, { dir, style = '' }: sanitize.Attributes): sanitize.Tag {
  const direction = Array.from(style.matchAll(directionStyle)).at(-1)?.[1]?.toLowerCase();
  const attribs = {
    ...(dir !== undefined && { dir }),
    ...(direction !== undefined && { style: `direction:${direction}` }),
  };
  return { tagName: Object.keys(attribs).length === 0 ? tagName : 'div', attribs };
}

const options: sanitize.IOptions = {
  allowedTags: [
    ...['p', 'div', 'span', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre'],
    ...[
      'b',
      'strong',
      'i',
      'em',
      'u',
      's',
      'strike',
      'del',
      'sub',
      'sup',
      'small',
      'code',
      'font',
      'bdo',
      'bdi',
    ],
    ...['ul', 'ol', 'li', 'a', 'img'],
    ...['table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'caption', 'colgroup', 'col'],
  ],
  allowedAttributes: {
    '*': ['style', 'dir', 'lang', 'title'],
    a: ['href'],
    img: ['src', 'alt', 'width', 'height'],
    font: ['color', 'face', 'size'],
    ol: ['start', 'type'],
    table: ['width', 'border', 'cellpadding', 'cellspacing', 'align', 'bgcolor'],
    td: ['width', 'align', 'valign', 'bgcolor', 'colspan', 'rowspan'],
    th: ['width', 'align', 'valign', 'bgcolor', 'colspan', 'rowspan'],
    tr: ['align', 'valign', 'bgcolor'],
    col: ['width', 'span'],
  },
  allowedStyles: { '*': styles },
  transformTags: {
    '*': (tagName, attribs) => ({ tagName, attribs: withLowerCaseStyle(attribs) }),
    // What they say of the direction of writing holds for the whole text.
    html: directionOnly,
    body: directionOnly,
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['https'] },
  allowProtocolRelative: false,
  // Deeper than any nested table; content below this depth loses its tags.
  nestingLimit: 60,
  // The text of these elements is not part of the mail.
  nonTextTags: ['script', 'style', 'textarea', 'option', 'xmp', 'title', 'noscript'],
};

// The result of one pass may be parsed differently the next time, for example when a paragraph is closed that was never
// opened.
const maxPasses = 5;

/**
 * The HTML reduced to what one-to-one mail needs: formatting, links, images over https, tables. Other markup is
 * removed, and its text stays. Cleaning HTML that is already clean does not change it.
 */
export function cleanHtml(html: string): string {
  const passes = cleaning(html);
  for (;;) {
    const pass = passes.next();
    if (pass.done === true) return pass.value;
  }
}

/** Cleans it pass by pass, so that whoever asks can stop in between, or let others have their turn. */
export function* cleaning(html: string): Generator<string, string> {
  let cleaned = sanitize(html, options);
  for (let pass = 1; pass < maxPasses; pass += 1) {
    yield cleaned;
    const again = sanitize(cleaned, options);
    if (again === cleaned) break;
    cleaned = again;
  }
  return cleaned;
}
