import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { isHarmless } from '../../../src/html/active-content.js';
import { cleanHtml } from '../../../src/html/clean-html.js';
import { isPlainMarkup } from '../../../src/html/plain-markup.js';
import { harmlessHtml } from '../../../src/html/render-safely.js';

const parts = [
  ...[
    '<p>',
    '</p>',
    '<b>',
    '</b>',
    '<br />',
    '<br>',
    '<div dir="ltr">',
    '</div>',
    '<table>',
    '<td>',
  ],
  ...[
    '<a href="https://a.example/?x=1&amp;y=javascript:2">',
    '<a href="#top">',
    '</a>',
    '<a href="',
  ],
  ...['<a href="javascript:x()">', '<a href="java&#115;cript:x()">', '<a href=" javascript:x()">'],
  ...[
    '<img src="https://a.example/x.png" alt="data:x" />',
    '<img src="data:text/html,x" />',
    '<svg>',
  ],
  ...['<img src="data:image/png;base64,xx" />', '<p title="&quot;onclick=x">', '<p onclick="x()">'],
  ...[
    '<span style="color:red;font-family:&quot;A B&quot;, serif">',
    '</span>',
    '<script>',
    '</script>',
  ],
  ...[
    '<p style="width:exp ression(x)">',
    '<p style="x:e&#120;pression(y)">',
    '<p style="behavior:url(x)">',
  ],
  ...[
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<',
    '>',
    '"',
    "'",
    '=',
    '/',
    ' ',
    '&lt;',
    '&',
    'text',
    '\u00a0',
    '\n',
  ],
  ...[
    '<p\u00a0title="x">',
    '<style>',
    '</style>',
    '<title>',
    '<textarea>',
    '<xmp>',
    '<p/onclick="x">',
  ],
];

it('TSK-10: whatever passes for plain markup is harmless to a parser too', () => {
  let plain = 0;
  const text = fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((all) => all.join(''));
  fc.assert(
    fc.property(text, (html) => {
      if (!isPlainMarkup(html)) return;
      plain += 1;
      expect(isHarmless(html)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  expect(plain).toBeGreaterThan(20);
});

test.each(parts)('TSK-10: what cleaning leaves of %s needs no parser', (part) => {
  const cleaned = cleanHtml(`<p>Hi ${part} you</p>`);
  expect(isPlainMarkup(cleaned)).toBe(true);
});

test.each([
  ['a script', '<p>x</p><script>y</script>'],
  ['a comment that hides a quote', '<p>x</p><!-- " -->'],
  ['a handler', '<p onclick="x()">y</p>'],
  ['an address that entities hide', '<a href="java&#115;cript:x()">y</a>'],
  ['a style that runs', '<p style="width: exp ression(x)">y</p>'],
  ['a tag that stays open', '<p>x</p><img src="https://a.example/x'],
  ['tags that are closed across each other', '<b><i>x</b></i>'],
  ['tags a thousand deep', `${'<b>'.repeat(1001)}x${'</b>'.repeat(1001)}`],
])('%s is left to the parser', (_what, html) => {
  expect(isPlainMarkup(html)).toBe(false);
});

it('a page of notes is looked at in a fraction of the time that parsing takes', () => {
  const note = '<p>Ask <b>her</b> for &quot;the <i>plan</i>&quot;</p>'.repeat(190);
  const look = (): number => {
    const begun = performance.now();
    for (let row = 0; row < 160; row += 1) expect(harmlessHtml(note).length).toBe(note.length);
    return performance.now() - begun;
  };
  const parse = (): number => {
    const begun = performance.now();
    for (let row = 0; row < 160; row += 1) expect(isHarmless(note)).toBe(true);
    return performance.now() - begun;
  };
  const took = [1, 2, 3, 4, 5].map(() => [look(), parse()] as const);
  const least = (of: 0 | 1): number => Math.min(...took.map((pair) => pair[of]));
  expect(least(0)).toBeLessThan(least(1) / 2);
});
