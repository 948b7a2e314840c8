import { convert } from 'html-to-text';

/**
 * An email's HTML as plain text: links with their address, no images. Braces that only markup keeps apart get a space between
 * them, so that nothing looks like a token.
 */
export function textOfHtml(html: string): string {
  const text = convert(html, {
    wordwrap: false,
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  });
  return text.replaceAll(/\{(?=\{)/g, '{ ');
}
