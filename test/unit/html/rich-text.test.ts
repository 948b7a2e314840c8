import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cleanHtml } from '../../../src/html/clean-html.js';
import { readRichText } from '../../../src/html/rich-text.js';
import { renderSafely } from '../../../src/html/render-safely.js';
import { textOfHtml } from '../../../src/html/text-of-html.js';

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

describe('what editors write of directions and margins stays', () => {
  test.each([
    ['<p style="direction:rtl;text-align:right">x</p>', undefined],
    ['<p><bdo dir="rtl">x</bdo> <bdi>y</bdi></p>', undefined],
    ['<html dir="rtl"><head></head><body><p>x</p></body></html>', '<div dir="rtl"><p>x</p></div>'],
    ['<html><body dir="rtl">x</body></html>', '<div dir="rtl">x</div>'],
    ['<body style="direction:rtl"><p>x</p></body>', '<div style="direction:rtl"><p>x</p></div>'],
    ['<html style="color:red; DIRECTION: RTL">x</html>', '<div style="direction:rtl">x</div>'],
    [
      '<body dir="ltr" style="direction:ltr;direction:rtl !important">x</body>',
      '<div dir="ltr" style="direction:rtl">x</div>',
    ],
    ['<body style="color:red">x</body>', 'x'],
    ['<p style="margin:0in">x</p>', undefined],
    ['<p style="margin:0cm;margin-bottom:.0001pt">x</p>', undefined],
    ['<p style="margin-top:0pt;padding-left:1.5em">x</p>', undefined],
    [
      '<p style="MARGIN: 0in 0in 8PT; Color: red">x</p>',
      '<p style="margin:0in 0in 8PT;color:red">x</p>',
    ],
    ['<p style="margin:-9px;margin-left:-9in;margin-top:99999px">x</p>', '<p>x</p>'],
  ])('%s', (text, kept) => {
    expect(read(text)).toBe(kept ?? text);
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

describe('tokens that an editor has broken up are whole again', () => {
  test.each([
    ['<p>{{<span>contact.firstName</span>}}</p>', '<p><span>{{contact.firstName}}</span></p>'],
    ['<p>{<b>{contact.firstName}</b>}</p>', '<p><b>{{contact.firstName}}</b></p>'],
    ['<b>{{</b>contact.<i>x</i>|there}}', '<b><i>{{contact.x|there}}</i></b>'],
    ['{{contact.<wbr>firstName}}', '{{contact.firstName}}'],
    ['{<o>{</o>contact.x}}', '{{contact.x}}'],
    ['{{contact.<!-- c -->firstName}}', '{{contact.firstName}}'],
    ['{{contact.first\u200B\u00ADName}}', '{{contact.firstName}}'],
    ['&#123;&#x7B;contact.x&rcub;&#125;', '{{contact.x}}'],
    ['{{&nbsp;contact.x&#124;you&nbsp;}}', '{{contact.x|you}}'],
    ['{&#8203;{contact.x}&#8203;}', '{{contact.x}}'],
    ['{\u2060{contact.x|a\u200Db}\u034F\uFE0F}', '{{contact.x|a\u200Db}}'],
    ['<b>{&shy;</b>{contact.x}}', '<b>{{contact.x}}</b>'],
    ['{&#8203;{snippet.offer}}', 'our <b>offer</b>'],
    ['<p>{{<b>snippet.offer</b>}}</p>', '<p><b>our <b>offer</b></b></p>'],
    [
      '<a href="https://x.example/?n=%7B%7Bcontact.x%7Cyou%20%26%20me%7D%7D&amp;y=%7B">x</a>',
      '<a href="https://x.example/?n={{contact.x|you &amp; me}}&amp;y=%7B">x</a>',
    ],
  ])('%s', (text, healed) => {
    expect(read(text)).toBe(healed);
    expect(read(healed)).toBe(healed);
  });

  test.each([
    '&#123;&#123;contact.x&#125;&#125;',
    '&#x7b;&#X007B;contact.x&#x7d;&#125;',
    '&lbrace;&lcub;contact.x&rcub;&rbrace;',
    '&#123;%7Bcontact.x%7D}',
    '{%7Bcontact.x%7D}',
    '%7B{contact.x}%7D',
    '&#123;&#123; contact.x &#125;&#125;',
    '{\u200B{contact.x}\u2060}',
    '{&#8203;{contact.x}&ZeroWidthSpace;}',
  ])('in a link too: %s', (written) => {
    const link = (token: string) => `<a href="https://x.example/?a=1&amp;b=${token}&amp;c=2">x</a>`;
    expect(read(link(written))).toBe(link('{{contact.x}}'));
    const healed = `<p>{{<b title="${written}">contact.y</b>}}</p>`;
    expect(read(healed)).toBe('<p><b title="{{contact.x}}">{{contact.y}}</b></p>');
  });

  it('whatever is nested in them, nothing is lost', () => {
    const text =
      '{{contact.x|a<a href="https://e.example/%7B%7Bcontact.y%7D%7D">b</a>}} c {{contact.z}}';
    expect(read(text)).toBe(
      '<a href="https://e.example/{{contact.y}}">{{contact.x|ab}}</a> c {{contact.z}}',
    );
    expect(problems('x {{contact.x|{{snippet.offer}}}}')).toEqual(['token_syntax 2']);
  });

  it('a long fallback too', () => {
    const long = 'caf&eacute; '.repeat(200);
    expect(read(`{{contact.x|${long}}}`)).toBe(`{{contact.x|${'café '.repeat(200).trim()}}}`);
  });

  it('in time that grows with the length, whatever stays open', () => {
    const most = 100_000;
    for (const piece of [
      '{<',
      '{<a ',
      '{<a',
      '{{',
      '{{<b>',
      '{',
      '%7B%7B',
      '&#123;',
      '{<a "',
      '{\u200B',
      '{\u200B{',
      '}\u200B',
      '<a href="&#123;',
      '<a href="&#123;{">',
      '<a href="{%7B">',
      '<a href="{{x}&#0">',
      '{</a',
      '<!--{',
    ]) {
      const text = piece.repeat(most / piece.length);
      const begun = process.cpuUsage();
      readRichText(text, snippets);
      readRichText(`{<${'a'.repeat(most)}`, snippets);
      const { user } = process.cpuUsage(begun);
      expect([piece, user < 2_000_000]).toEqual([piece, true]);
    }
  });

  it('and what else is wrong is told where it was written', () => {
    const text = '<p>{{<span>contact.firstName</span>}}, &#123;&#123;contact.x}} {{7*7}}</p>';
    expect(problems(text)).toEqual([`token_code ${text.indexOf('{{7')}`]);
  });

  it('no token reaches from one paragraph into the next, nor over an image', () => {
    expect(problems('<p>{{contact.</p><p>x}}</p>')).toEqual(['token_code 3']);
    expect(problems('{{contact.<img src="https://a.example/x.png">x}}')).toEqual(['token_code 0']);
  });
});

describe('a fallback is read once, as the HTML that it stands in', () => {
  const shown = (text: string): readonly string[] => {
    const { message } = renderSafely({ subject: '-', html: read(text) }, {});
    return [message.html, textOfHtml(message.html)];
  };
  test.each([
    ['{{contact.x|Smith &amp; Co}}', 'Smith &amp; Co', 'Smith & Co'],
    ['{{contact.x|Smith & Co}}', 'Smith &amp; Co', 'Smith & Co'],
    ['{{contact.x|I &lt;3 you}}', 'I &lt;3 you', 'I <3 you'],
    ['{{contact.x|a&nbsp;b&eacute;}}', 'a\u00A0bé', 'a\u00A0bé'],
    ['{{contact.x|<b>there</b>}}', '<b>there</b>', 'there'],
    ['{{contact.x|the <b>team</b>}}', '<b>the team</b>', 'the team'],
    ['{{contact.x|&amp;lt;}}', '&amp;lt;', '&lt;'],
    ['<p title="{{contact.x|a &quot;b&quot;}}">c</p>', '<p title="a &quot;b&quot;">c</p>', 'c'],
  ])('%s', (text, html, plain) => {
    expect(shown(text)).toEqual([html, plain]);
    expect(read(read(text))).toBe(read(text));
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
    ['<p class="{{contact.x}}">y</p>', 'token_misplaced 10'],
    ['<p {{contact.x}}>y</p>', 'token_misplaced 3'],
    ['<p>{{contact.x}}</p><p style="color:{{contact.y}}">y</p>', 'token_misplaced 36'],
    ['x {{contact.x|a<br>b}}', 'token_syntax 2'],
    ['x {{contact.x|<p>a</p>}}', 'token_syntax 2'],
    ['x {{contact.x|&#123;a&#125;}}', 'token_syntax 2'],
    ['<p title="{{contact.x|<b>}}">y</p>', 'token_syntax 10'],
    ['x {<o>{</o>contact}}', 'token_misplaced 2'],
    ['<p>a &#123;&#123;contact}}</p>', 'token_misplaced 5'],
    ['<p>x</p><p>{{&nbsp;contact.first name}}</p>', 'token_code 11'],
    ['{<o></o>{{contact.x}}', 'token_misplaced 0'],
    ['&#123;{', 'token_misplaced 0'],
    ['<p>a {&#8203;{7*7}}</p>', 'token_misplaced 5'],
    ['<p>a {\u2060% if %}</p>', 'token_misplaced 5'],
    [
      '<p>a</p><a href="https://x.example/?b=&#123;&#123;7*7&#125;&#125;">x</a>',
      'token_misplaced 38',
    ],
    ['<a href="https://x.example/?b=&lcub;{7*7}}">x</a>', 'token_misplaced 30'],
    ['<p>&#123;&#123;contact.x}}</p><p>a &#123;&#123;7*7}}</p>', 'token_misplaced 35'],
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
    ...['{{contact.firstName}}', '{{company.name|Acme & "Co" <3}}', '{{snippet.signature}}'],
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
