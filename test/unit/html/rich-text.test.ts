import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cleanHtml } from '../../../src/html/clean-html.js';
import { readRichText } from '../../../src/html/rich-text.js';

const snippets = new Map([
  ['signature', '<p>Best,<br />{{sender.name}}</p>'],
  ['offer', 'our <b>offer</b>'],
]);

function read(text: string): string {
  const result = readRichText(text, snippets);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.html;
}

function problems(text: string): readonly string[] {
  const result = readRichText(text, snippets);
  return result.ok ? [] : result.problems.map(({ code, position }) => `${code} ${position ?? '-'}`);
}

describe('what stays (SEQ-27, TSK-10)', () => {
  test.each([
    '<p>Hello {{contact.firstName|there}}</p>',
    '<p>{{contact.firstName|Tom & "Jerry" <3}}</p>',
    '<a href="https://example.com/?n={{contact.firstName|a "b"}}&amp;z=1">link</a>',
    '<a href="{{contact.website|https://example.com/?a=1&b=2}}">link</a>',
    '<a href="mailto:{{sender.email}}">write</a>',
    '<a href="{{contact.website|}}">link</a>',
    '<a href="{{contact.website|}}{{company.website|https://example.com}}">link</a>',
    '<a href="{{contact.website|}}https://example.com">link</a>',
    '<a href="{{contact.website}}/pricing">link</a>',
    '<img src="https://example.com/a.png" alt="{{company.name|logo}}" width="10" />',
    '<table><tbody><tr><td align="left">1</td></tr></tbody></table>',
    '<p style="color:#333333;font-size:14px">x</p>',
    '<ul><li>a &lt; b</li></ul><ol start="3"><li>c</li></ol>',
    'plain text, no markup',
    '',
  ])('%s', (text) => {
    expect(read(text)).toBe(text);
  });
});

describe('what is cleaned away', () => {
  test.each([
    ['<p class="a" id="b">x</p>', '<p>x</p>'],
    ['<style>p { color: red }</style><p>x</p>', '<p>x</p>'],
    ['<title>t</title><o:p>x</o:p><!-- c -->', 'x'],
    ['<p style="display:none;color:red">x</p>', '<p style="color:red">x</p>'],
    ['<p style="position:absolute;left:-999px">x</p>', '<p>x</p>'],
    ['<a href="#top" target="_blank">x</a>', '<a href="#top">x</a>'],
    ['<b>x', '<b>x</b>'],
    ['a & b', 'a &amp; b'],
  ])('%s', (text, cleaned) => {
    expect(read(text)).toBe(cleaned);
  });
});

describe('what is refused, with its place', () => {
  test.each([
    ['<p>x</p><script>alert(1)</script>', 'active_content 8'],
    ['<SCRIPT SRC=//evil.example></SCRIPT>', 'active_content 0'],
    ['ab<img src="https://a.example/x.png" onerror="x()">', 'active_content 2'],
    ['<p OnClick = x>y</p>', 'active_content 0'],
    ['<a href="javascript:x()">y</a>', 'active_content 0'],
    ['<a href=" java\nscript:x()">y</a>', 'active_content 0'],
    ['<a href="&#106;avascript&colon;x()">y</a>', 'active_content 0'],
    ['<a href="data:text/html,x">y</a>', 'active_content 0'],
    ['<iframe src="https://a.example"></iframe>', 'active_content 0'],
    ['<form action="https://a.example"><p>x</p></form>', 'active_content 0'],
    ['<svg><image href="https://a.example/x.png"></svg>', 'active_content 0'],
    ['x<a xlink:href="javascript:x()">y</a>', 'active_content 1'],
    ['<p style="width:expression(x())">y</p>', 'active_content 0'],
    ['<p style="background:url(javascript:x())">y</p>', 'active_content 0'],
    ['<a href="www.example.com">y</a>', 'unsupported_link 0'],
    ['<a href="//example.com">y</a>', 'unsupported_link 0'],
    ['<a href="tel:123">y</a>', 'unsupported_link 0'],
    ['<a href="{{contact.x|javascript:x()}}">y</a>', 'unsupported_link 0'],
    ['<a href="{{contact.x|www.example.com}}">y</a>', 'unsupported_link 0'],
    ['<a href="{{contact.x|}}javascript:x()">y</a>', 'unsupported_link 0'],
    ['<a href="{{contact.x|}} java&#9;script:x()">y</a>', 'unsupported_link 0'],
    ['<a href="{{contact.x| }}{{contact.y|}}data:text/html,x">y</a>', 'unsupported_link 0'],
    ['<a href="{{contact.x|}}java{{contact.y|}}script:x()">y</a>', 'unsupported_link 0'],
    ['<a href="{{contact.x|}}vbscript:x()">y</a>', 'unsupported_link 0'],
    ['<img src="{{contact.x|}}data:image/svg+xml,x">', 'unsupported_image 0'],
    ['<img src="{{contact.x|}}javascript:x()">', 'unsupported_image 0'],
    ['<img src="http://example.com/a.png">', 'unsupported_image 0'],
    ['<img src="data:image/png;base64,AA==">', 'unsupported_image 0'],
    ['<img src="cid:logo">', 'unsupported_image 0'],
    ['Hi {{constructor}}', 'token_unknown_root 3'],
    ['Hi {{contact.__proto__}}', 'token_code 3'],
    ['Hi {{7*7}}', 'token_code 3'],
    ['{{ contact.firstName | default: "there" }}', 'token_liquid 0'],
    ['x {{snippet.nobody}}', 'token_unknown_snippet 2'],
    ['x {{snippet.offer|y}}', 'token_syntax 2'],
    ['{{snippet.}}', 'token_unknown_snippet 0'],
    ['<p class="{{contact.x}}">y</p>', 'token_misplaced 0'],
    ['<p {{contact.x}}>y</p>', 'token_misplaced 0'],
    ['&#123;&#123;contact.x}}', 'token_misplaced 0'],
    ['{<o>{</o>contact.x}}', 'token_misplaced 0'],
    ['{<o></o>{{contact.x}}', 'token_misplaced 0'],
    ['&#123;{', 'token_misplaced 0'],
    ['&#123;% if %}', 'token_misplaced 0'],
  ])('%s', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it('says all at once, in the order of the text', () => {
    const text = '<script></script>{{snippet.nobody}}<p onclick="x">{{contact.1}}</p>';
    expect(problems(text)).toEqual([
      'active_content 0',
      'token_unknown_snippet 17',
      'active_content 35',
      'token_code 50',
    ]);
  });

  it('tells the form that is meant where another grammar is tried', () => {
    const result = readRichText('{{ contact.firstName | default: "there" }}', snippets);
    expect(JSON.stringify(result)).toContain('write {{contact.firstName|there}}');
  });
});

describe('snippets', () => {
  it('are put in where they are named, and take the place of a paragraph of their own', () => {
    expect(read('<p>See {{ snippet.offer }}.</p>')).toBe('<p>See our <b>offer</b>.</p>');
    expect(read('<p>Hi</p><p>{{snippet.signature}}</p>')).toBe(
      '<p>Hi</p><p>Best,<br />{{sender.name}}</p>',
    );
  });

  it('are not looked for in what they say', () => {
    const tricky = new Map([['a', '$& $1 b']]);
    expect(readRichText('{{snippet.a}}{{snippet.a}}', tricky)).toEqual({
      ok: true,
      html: '$&amp; $1 b$&amp; $1 b',
    });
  });
});

const piece = fc.oneof(
  fc.constantFrom(
    ...['<p>', '</p>', '<b>', '</b>', '<a href="https://a.example/?x=', '">', '</a>', '<br>', '<'],
    ...['<div><p>', '<table><tr>', '<td>', '</table>', '<ul><li>', '<o:p>', '<!--', '-->', '&amp;'],
    ...['<img src="https://a.example/x.png" alt="', '" />', "'", '"', '&lt;', '&#123;', '{', '}'],
    ...['<p style="color:red;', 'font-size:12px">', '<title>', '<pre>', '\u00a0', '\ufdd0', '\n'],
    ...['{{contact.firstName}}', '{{company.name|Acme & "Co" <x>}}', '{{snippet.signature}}'],
  ),
  fc.string({ maxLength: 6 }),
);
const markup = fc.array(piece, { maxLength: 25 }).map((parts) => parts.join(''));

describe('for any markup', () => {
  test('reading again what was read changes nothing, and every token is kept', () => {
    let taken = 0;
    fc.assert(
      fc.property(markup, (text) => {
        const result = readRichText(text, snippets);
        if (!result.ok) return;
        taken += 1;
        expect(readRichText(result.html, new Map())).toEqual({ ok: true, html: result.html });
        const named = text.replaceAll('{{snippet.signature}}', '{{sender.name}}');
        const tokens = /\{\{[^{}]*\}\}/g;
        expect(result.html.match(tokens)).toEqual(named.match(tokens));
      }),
      { numRuns: 1500 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test('nothing active is left by cleaning alone, either', () => {
    const hostile = fc
      .array(
        fc.oneof(
          piece,
          fc.constantFrom(
            ...[
              '<script>',
              '</script>',
              '<svg onload=x>',
              '<a href="javascript:x">',
              ' onclick="x"',
            ],
            ...['<iframe>', '<noscript>', '<xmp>', '<textarea>', '<style>', '<math>', '<form>'],
          ),
        ),
        { maxLength: 25 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, (text) => {
        const cleaned = cleanHtml(text);
        expect(cleaned).not.toMatch(/<\s*\/?(?:script|svg|iframe|style|form|xmp|math|textarea)\b/i);
        expect(cleaned).not.toMatch(/<[^>]*\s(?:onclick|onload)\s*=(?=[^<]*>)[^"]*>/i);
        expect(cleaned).not.toMatch(/href\s*=\s*"?\s*javascript/i);
      }),
      { numRuns: 500 },
    );
  });

  test('tags that lie deeper than any mail has them go, and their text stays', () => {
    const deep = read(`${'<div>'.repeat(900)}x`);
    expect(deep).toBe(`${'<div>'.repeat(60)}x${'</div>'.repeat(60)}`);
    expect(read(deep)).toBe(deep);
  });

  test('tags that stand more than a thousand deep in each other are refused', () => {
    expect(problems('<b>'.repeat(20_000))).toEqual(['too_deep 3000']);
    expect(problems(`<p>x</p>${'<ul><li>'.repeat(5_000)}`)).toEqual(['too_deep 4008']);
    expect(problems(`${'<p>'.repeat(10_000)}${'<br>'.repeat(5_000)}`)).toEqual([]);
  });
});
