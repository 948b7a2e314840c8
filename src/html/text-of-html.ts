import { convert, type DomNode, type FormatCallback } from 'html-to-text';
import { isMissingValue } from '../domain/message/missing-value.js';

/**
 * An email's HTML as plain text: links with their address, tables by rows, no images. Braces that only markup keeps apart get
 * a space between them, so that nothing looks like a token.
 */
export function textOfHtml(html: string): string {
  const text = convert(html, {
    wordwrap: false,
    formatters: { cell },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: 'img', format: 'skip' },
      { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
      ...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  });
  return text.replaceAll(/\{(?=\{)/g, '{ ');
}

/** Whether HTML shows nothing: no text but blanks and what nobody sees, and no image. Linear in the length. */
export function saysNothing(html: string): boolean {
  return (
    !html.includes('<img') && isMissingValue(textOfHtml(html), { placeholdersAreValues: true })
  );
}

const begunRows = new WeakSet<DomNode>();

/** Two blanks stand between a cell and the one before it. */
const cell: FormatCallback = (element, walk, builder) => {
  const { parent: row } = element;
  if (row && begunRows.has(row)) builder.addLiteral('  ');
  if (row) begunRows.add(row);
  walk(element.children, builder);
};
