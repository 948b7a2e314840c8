import { describe, expect, test } from 'vitest';
import { textOfHtml } from '../../../src/html/text-of-html.js';

describe('the text part of a table', () => {
  test.each([
    [
      'has a line for each row, and keeps cells apart',
      '<table><thead><tr><th>Day</th><th>At</th></tr></thead><tbody><tr><td>Monday</td><td>9:00</td></tr><tr><td>Friday</td><td>10:00</td></tr></tbody></table>',
      'Day  At\nMonday  9:00\nFriday  10:00',
    ],
    [
      'is apart from what stands around it',
      '<p>Before</p><table><tr><td>a</td><td>b</td></tr></table><p>After</p>',
      'Before\n\na  b\n\nAfter',
    ],
    [
      'of a table within a table too',
      '<table><tr><td>a</td><td><table><tr><td>b</td><td>c</td></tr></table></td></tr></table>',
      'a\nb  c',
    ],
  ])('%s', (_what, html, text) => {
    expect(textOfHtml(html).replaceAll(/ +$/gm, '')).toBe(text);
  });
});
