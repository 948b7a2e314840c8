import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { renderForPerson } from '../../../src/domain/message/render-for-person.js';
import { renderMessage } from '../../../src/domain/message/render-message.js';
import {
  maxRenderedLength,
  type RenderContext,
} from '../../../src/domain/message/render-template.js';
import { type TokenValues } from '../../../src/domain/message/tokens.js';
import { textOfHtml } from '../../../src/html/text-of-html.js';
import { expectLinear } from '../../support/growth.js';

const render = (subject: string, html: string, values: TokenValues) =>
  renderMessage({ subject, html }, values);

describe('values that only together would make a token (ERR-09)', () => {
  const values = { 'contact.a': '{', 'contact.b': '{contact.c}}', 'contact.e': '' };

  test.each([
    ['{{contact.a}}{{contact.b}}', '{ {contact.c}}'],
    ['{{{contact.a}}', undefined],
    ['{ {{contact.a}}', '{ {'],
    ['x{', 'x{'],
    ['{{contact.a}}{', '{ {'],
    ['{{contact.a}}{{contact.e|}}{{contact.a}}', '{ {'],
    ['{{contact.a}}\n{', '{\n{'],
    ['{{contact.x|}}{{contact.a}}', '{'],
  ])('are kept apart: %s', (text, expected) => {
    const rendered = render('s', text, values);
    expect(rendered.ok ? rendered.message.html : undefined).toBe(expected);
    for (const context of ['html', 'text', 'subject'] satisfies RenderContext[]) {
      if (expected !== undefined)
        expect(renderForPerson(text, values, context)).not.toContain('{{');
    }
  });

  it('never make one, in a subject, a body or the plain text of a body, whatever they are', () => {
    const piece = fc.constantFrom(
      ...[
        '{',
        '}',
        ' ',
        'a',
        '<b>',
        '</b>',
        '<p>',
        '</p>',
        '<br />',
        '<!-- -->',
        '\u200b',
        '\u0000',
      ],
      ...[
        '{{contact.a}}',
        '{{contact.b|}}',
        '{{contact.a|-}}',
        '<a href="https://a.example/{">',
        '</a>',
      ],
    );
    const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
    const value = fc
      .array(fc.constantFrom('{', '}', '&#123;', ' ', '\n', '%', 'x'))
      .map((v) => v.join(''));
    let rendered = 0;
    fc.assert(
      fc.property(text, text, value, value, (subject, html, a, b) => {
        const result = render(subject, html, { 'contact.a': a, 'contact.b': b });
        if (!result.ok) return;
        rendered += 1;
        const { message } = result;
        expect(message.subject).not.toContain('{{');
        expect(message.html).not.toContain('{{');
        expect(textOfHtml(message.html)).not.toContain('{{');
      }),
      { numRuns: 400 },
    );
    expect(rendered).toBeGreaterThan(30);
  });
});

describe('how long a message can become', () => {
  const long = { 'contact.x': '&'.repeat(2000) };

  it('is bounded: a longer one is never sent, and shown as far as it goes', () => {
    const count = Math.ceil(maxRenderedLength / 10_000);
    const fits = render('s', '{{contact.x}}'.repeat(count - 1), long);
    expect(fits).toMatchObject({ ok: true });
    const tooLong = render('s', `<p>${'{{contact.x}}'.repeat(count + 1)}</p>`, long);
    expect(tooLong).toMatchObject({ ok: false, missing: [] });
    expect(tooLong.message.html.length).toBeLessThanOrEqual(maxRenderedLength);
    const subject = render('{{contact.x}}'.repeat(count * 5 + 1), '<p>x</p>', long);
    expect(subject.ok).toBe(false);
  });

  test.each([
    ['tokens with a blank value', (n: number) => '{{contact.blank|x}}'.repeat(n)],
    [
      'tokens in one address',
      (n: number) => `<a href="https://a.example/${'{{contact.s}}'.repeat(n)}">`,
    ],
    [
      'tokens after blanks in an address',
      (n: number) => `<a href="${' '.repeat(n)}${'{{contact.e|}}'.repeat(n)}">`,
    ],
    [
      'tokens in an attribute with a long name',
      (n: number) => `<p ${'a'.repeat(n)}="${'{{contact.s}}'.repeat(n)}">`,
    ],
    ['open tags', (n: number) => '<'.repeat(n)],
  ])('takes time that grows with it: %s', (_, html) => {
    const values = { 'contact.blank': '\u00a0'.repeat(2000), 'contact.s': 'x' };
    expectLinear((n) => render('s', html(n), values), { n: 1_500 });
  });
});
