import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  renderTemplate,
  type RenderContext,
  type RenderResult,
} from '../../../src/domain/message/render-template.js';
import {
  parseTemplate,
  printTemplate,
  tokensOf,
  type Template,
  type TokenValues,
} from '../../../src/domain/message/tokens.js';

function parsed(text: string): Template {
  const result = parseTemplate(text);
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join(' '));
  return result.template;
}

function render(text: string, values: TokenValues, context: RenderContext = 'text'): RenderResult {
  return renderTemplate(parsed(text), values, context);
}

describe('the token grammar (SEQ-27)', () => {
  test.each([
    ['{{contact.firstName}}', [{ kind: 'token', path: 'contact.firstName' }]],
    ['{{ contact.email }}', [{ kind: 'token', path: 'contact.email' }]],
    [
      '{{contact.firstName|there}}',
      [{ kind: 'token', path: 'contact.firstName', fallback: 'there' }],
    ],
    [
      '{{ company.name | your company }}',
      [{ kind: 'token', path: 'company.name', fallback: 'your company' }],
    ],
    ['{{company.domain|}}', [{ kind: 'token', path: 'company.domain', fallback: '' }]],
    ['{{contact.plan_2026}}', [{ kind: 'token', path: 'contact.plan_2026' }]],
    ['{{company.industry}}', [{ kind: 'token', path: 'company.industry' }]],
    ['{{sender.name}}{{sender.email}}', [{ path: 'sender.name' }, { path: 'sender.email' }]],
    ['{{contact.x|12:30 o’clock}}', [{ path: 'contact.x', fallback: '12:30 o’clock' }]],
    ['no token', []],
    ['', []],
    ['a { b } c }} @media{a{b:c}}', []],
  ])('%s is read', (text, tokens) => {
    expect(tokensOf(parsed(text))).toMatchObject(tokens);
  });

  test.each([
    ['Hi {{contact.firstName', 'unclosed', 3, 2, 'not closed'],
    ['{{contact.firstName {{contact.lastName}}', 'unclosed', 0, 2, 'not closed'],
    ['Hi {{lead.name}}', 'unknown_root', 3, 13, '"lead" is unknown'],
    ['{{enrollment.id}}', 'unknown_root', 0, 17, 'contact, company or sender'],
    ['{{__proto__.x}}', 'code', 0, 15, 'no code'],
    ['{{firstName}}', 'unknown_root', 0, 13, '"firstName" is unknown'],
    ['{{contact}}', 'syntax', 0, 11, 'one property'],
    ['{{contact.owner.name}}', 'syntax', 0, 22, 'one property'],
    ['{{contact.firstname}}', 'unknown_property', 0, 21, 'is written contact.firstName'],
    ['{{sender.phone}}', 'unknown_property', 0, 16, 'sender.name and sender.email'],
    ['{{}}', 'syntax', 0, 4, 'empty'],
    ['{{|x}}', 'syntax', 0, 6, 'empty'],
    ['{{contact.first name}}', 'code', 0, 22, 'no spaces'],
    ['{{contact.x()}}', 'code', 0, 15, 'no code'],
    ['{{contact["x"]}}', 'code', 0, 16, 'no code'],
    ['{{contact.a + contact.b}}', 'code', 0, 25, 'no code'],
    ['{{<b>contact</b>.firstName}}', 'code', 0, 28, 'no formatting'],
    ['{{#each contacts}}', 'code', 0, 18, 'no code'],
    ['{{{contact.firstName}}}', 'code', 0, 22, 'no code'],
    ['{{contact.a|b|c}}', 'syntax', 0, 17, 'Only one fallback'],
    ['{{contact.a|b}c}}', 'syntax', 0, 17, 'no braces'],
    ['a {% if contact %}', 'liquid', 2, 2, 'no logic'],
    ['{{snippet.sign}}', 'unknown_root', 0, 16, 'Snippets stand in bodies and notes only'],
    [
      '{{sender.phone}}',
      'unknown_property',
      0,
      16,
      '"sender.phone" is unknown: there are sender.n',
    ],
    [
      '{{contact.x|default: "a"}}',
      'liquid',
      0,
      26,
      '"default:" are not known here: write {{contact.x|a}}',
    ],
    [
      "{{contact.x|default : 'a'}}",
      'liquid',
      0,
      27,
      '"default:" are not known here: write {{contact.x|a}}',
    ],
    [
      '{{contact.x|default:}}',
      'liquid',
      0,
      22,
      '"default:" are not known here: write {{contact.x|text}}',
    ],
    ['{{contact.x|truncate_words :  "5"}}', 'liquid', 0, 35, '"truncate_words:" are not known'],
  ])('%s is refused: %s at %d', (text, ...[code, position, length, words]) => {
    const result = parseTemplate(text);
    expect(result).toMatchObject({ ok: false, errors: [{ code, position, length }] });
    expect(result.ok ? '' : result.errors[0]?.message).toContain(words);
  });

  test("Liquid's default filter is refused, with the form to use", () => {
    const text = 'Hi {{ contact.firstName | default: "there" }}';
    const result = parseTemplate(text);
    expect(result).toMatchObject({
      ok: false,
      errors: [{ code: 'liquid', position: 3, length: text.length - 3 }],
    });
    expect(result.ok ? '' : result.errors[0]?.message).toContain('{{contact.firstName|there}}');
  });

  test('all mistakes are listed, up to twenty', () => {
    const result = parseTemplate('{{a.b}} and {{c.d}}');
    expect(result.ok ? [] : result.errors.map(({ position }) => position)).toEqual([0, 12]);
    const many = parseTemplate('{{a.b}}'.repeat(30));
    expect(many.ok ? 0 : many.errors.length).toBe(20);
  });

  test.each([
    ['call me: "x"', 'words before a colon'],
    ['at 9: or 10', 'no quote after a colon'],
    ['no default: none', 'the word within a sentence'],
    ['Nota bene: "x"', 'capitals'],
  ])('%s is a fallback, not a filter: %s', (fallback) => {
    const token = { kind: 'token', path: 'contact.x', fallback };
    const parsed = parseTemplate(`{{contact.x|${fallback}}}`);
    expect(parsed).toEqual({ ok: true, template: { parts: [token] } });
  });

  test('a template above 200,000 characters is refused', () => {
    const message = 'A template has at most 200000 characters.';
    const error = { code: 'too_long', position: 200_000, length: 5, message };
    expect(parseTemplate('x'.repeat(200_005))).toEqual({ ok: false, errors: [error] });
    expect(parseTemplate('x'.repeat(200_000)).ok).toBe(true);
  });

  const path = fc.constantFrom('contact.firstName', 'contact.any_9', 'company.x', 'sender.email');
  const plain = fc.string({ maxLength: 12 }).map((text) => text.replace(/[{}|:]/g, ''));
  const token = fc.record(
    { kind: fc.constant('token' as const), path, fallback: plain.map((text) => text.trim()) },
    { requiredKeys: ['kind', 'path'] },
  );
  const literal = plain
    .filter((text) => text !== '')
    .map((text) => ({ kind: 'literal' as const, text }));

  test('parse ∘ print is the identity on templates', () => {
    const templates = fc
      .array(fc.tuple(fc.option(literal, { nil: undefined }), token))
      .map((pairs) => ({
        parts: pairs.flatMap(([before, after]) => [before ?? [], after].flat()),
      }));
    fc.assert(
      fc.property(templates, (template) => {
        expect(parsed(printTemplate(template))).toEqual(template);
      }),
    );
  });

  test('print ∘ parse keeps the meaning of any text that is a template', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{',
      '|',
      'contact.x',
      'sender.name',
      ' ',
      'a',
      '{%',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 15 }), (words) => {
        const result = parseTemplate(words.join(''));
        if (result.ok) expect(parsed(printTemplate(result.template))).toEqual(result.template);
        else expect(result.errors.every(({ length }) => length > 0)).toBe(true);
      }),
    );
  });
});

describe('rendering for each contact (SEQ-27, ERR-09)', () => {
  test('values and fallbacks are put in', () => {
    const values = { 'contact.firstName': ' Ada ', 'company.name': null };
    expect(render('Hi {{contact.firstName}} of {{company.name|your firm}}', values)).toEqual({
      ok: true,
      text: 'Hi Ada of your firm',
    });
  });

  test('tokens without value and fallback are all listed, each once', () => {
    const text = '{{contact.b}} {{contact.a}} {{contact.b}} {{contact.c|x}} {{sender.name}}';
    expect(render(text, { 'sender.name': 'Sam' })).toEqual({
      ok: false,
      missing: [{ token: 'contact.b' }, { token: 'contact.a' }],
    });
  });

  test.each([
    '',
    ' ',
    '\u00a0',
    '\u200b',
    'N/A',
    'n/a',
    'na',
    'NULL',
    'null',
    'None',
    '-',
    '—',
    '#N/A',
  ])('the value %j counts as missing', (value) => {
    expect(render('{{contact.x|f}}', { 'contact.x': value })).toEqual({ ok: true, text: 'f' });
  });

  test.each(['Na', 'Null', 'Nan', 'O’Neil', '0', 'Nathan', 'A-B'])(
    'the value %j is one',
    (value) => {
      expect(render('{{contact.x|f}}', { 'contact.x': value })).toEqual({ ok: true, text: value });
    },
  );

  test.each(['toString', 'constructor', 'hasOwnProperty'])('no value is inherited: %s', (name) => {
    expect(render(`{{contact.${name}}}`, {})).toMatchObject({ ok: false });
  });

  test('a value that holds a token is never resolved: it counts as missing', () => {
    const values = { 'contact.x': '{{contact.y}}', 'contact.y': 'secret' };
    expect(render('{{contact.x}}', values)).toEqual({
      ok: false,
      missing: [{ token: 'contact.x' }],
    });
    expect(render('{{contact.x|you}}', values)).toEqual({ ok: true, text: 'you' });
  });

  test('a subject stays one line', () => {
    const values = { 'contact.x': 'a\r\nBcc: eve@evil.test\u0000\u2028b' };
    expect(render('Re\t{{contact.x}}', values, 'subject')).toEqual({
      ok: true,
      text: 'Re a Bcc: eve@evil.test b',
    });
  });

  const evil = `"><script>alert('x')</script>&`;
  test.each([
    ['text', '{{contact.x}}', evil],
    ['html', '{{contact.x}}', '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;'],
    ['html', 'a < b {{contact.x}}', 'a < b &quot;&gt;&lt;script'],
    ['html', '<img alt="{{contact.x}}">', '<img alt="&quot;&gt;&lt;script&gt;'],
    [
      'html',
      '<a title={{contact.x}}>',
      '<a title=%22%3E%3Cscript%3Ealert%28%27x%27%29%3C%2Fscript',
    ],
    ['html', '<a href="/?q={{contact.x}}">', '<a href="/?q=%22%3E%3Cscript'],
    ['html', '<b style="color:{{contact.x}}">', '<b style="color:%22%3E'],
    ['html', '<style>p{color:{{contact.x}}', '<style>p{color:%22%3E'],
    ['html', '<!-- {{contact.x}} -->{{contact.x}}', '<!-- %22%3E'],
    ['html', '<!-- > --><b>{{contact.x}}', '<!-- > --><b>&quot;&gt;&lt;'],
    ['html', '<style></style><b>{{contact.x}}', '<style></style><b>&quot;&gt;&lt;'],
    ['html', "<b title='>'>{{contact.x}}", "<b title='>'>&quot;&gt;&lt;"],
    ['html', '<{{contact.x}}', '<%22%3E%3Cscript'],
  ] as const)('in %s %s a value is escaped for its place', (context, text, start) => {
    const result = render(text, { 'contact.x': evil }, context);
    expect(result.ok && result.text.startsWith(start)).toBe(true);
  });

  test.each([
    ['https://acme.test/a b?c="d"', 'https://acme.test/a%20b?c=&quot;d&quot;'],
    ['HTTP://acme.test', 'HTTP://acme.test'],
    ['javascript:alert(1)', '#'],
    [' data:text/html,x', '#'],
    ['acme.test', '#'],
  ])('a link address that is a value must be http or https: %s', (value, address) => {
    const result = render('<a href="{{company.site|#}}">x</a>', { 'company.site': value }, 'html');
    expect(result).toEqual({ ok: true, text: `<a href="${address}">x</a>` });
  });

  test('an address after mailto: keeps its @', () => {
    const result = render(
      '<a href="mailto:{{sender.email}}">',
      { 'sender.email': 's@x.io' },
      'html',
    );
    expect(result).toEqual({ ok: true, text: '<a href="mailto:s@x.io">' });
  });

  const templates = [
    '<p>{{contact.x}}</p>',
    '<p title="{{contact.x}}">{{contact.x}}</p>',
    `<a href='https://x.test/{{contact.x}}'>a</a>`,
    '<a href="{{contact.x|#}}">a</a>',
    '<a data-x={{contact.x}} b>{{contact.x}}',
    '<script>let a = "{{contact.x}}";</script>{{contact.x}}',
  ];
  const markup = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '&',
    '</',
    '-->',
    '`',
    '=',
    ' ',
    'on',
    'x',
    '{',
  );

  test('no value ever changes the markup around it', () => {
    const values = fc.oneof(
      fc.string(),
      fc.array(markup).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.constantFrom(...templates), values, (text, value) => {
        const result = render(text, { 'contact.x': value }, 'html');
        if (!result.ok) return;
        const marks = (html: string): string => html.replace(/[^<>"'=`]/g, '');
        const bare = printTemplate(parsed(text)).replaceAll(/\{\{[^}]*\}\}/g, '');
        const inText = value.replace(/[^=`]/g, '');
        expect(marks(result.text).replaceAll(/[=`]/g, '')).toBe(
          marks(bare).replaceAll(/[=`]/g, ''),
        );
        if (inText === '') expect(marks(result.text)).toBe(marks(bare));
      }),
    );
  });

  test('no value ever breaks a subject or leaves a token', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const result = render('Hello {{contact.x|you}}!', { 'contact.x': value }, 'subject');
        // eslint-disable-next-line no-control-regex -- control characters are what must be gone
        expect(result.ok && !/[\u0000-\u001f\u007f-\u009f]|\{\{/.test(result.text)).toBe(true);
      }),
    );
  });
});
