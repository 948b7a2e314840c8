import { describe, expect, it, test } from 'vitest';
import { readRichText, richTextReading } from '../../../src/html/rich-text.js';
import { textOfHtml } from '../../../src/html/text-of-html.js';
import { expectLinear } from '../../support/growth.js';

const snippets = new Map([['signature', '<p>Best,<br />{{sender.name}}</p>']]);

describe('reading a formatted text', () => {
  test.each([
    ['tokens that are not closed', '{{snippet.'],
    ['braces as entities', '&#123;&#123;'],
    ['paragraphs that are not closed', '<p>'],
    ['tags that are never opened', '</p>'],
    ['tags that are closed otherwise than they were opened', '<b></i>'],
    ['lists in lists', '<ul><li>'],
    ['tables in tables', '<table><tr><td>'],
    ['bare signs', '<'],
    ['beginnings of entities', '&#'],
    ['comments', '<!--'],
    ['blanks', ' '],
    ['quotes', '<a href="'],
    ['styles', '<i style="color:red;'],
  ])('time grows no faster than the text: %s', (_, part) => {
    expectLinear((size) => readRichText(part.repeat(size / part.length), snippets, 10 * size), {
      n: 8_000,
    });
  });

  test.each([
    ['an address', (x: string) => `<a href="${x}">x</a>`, ' '],
    ['an attribute', (x: string) => `<p title="${x}">x</p>`, 'a'],
    ['a style', (x: string) => `<p style="${x}">x</p>`, 'margin:1px 1px ;'],
    ['a font', (x: string) => `<p style="font-family:${x}">x</p>`, "a,'"],
    ['a colour', (x: string) => `<p style="color:rgb(${x}">x</p>`, ' '],
    ['a tag', (x: string) => `<p ${x}>x</p>`, 'a=b '],
  ])('time grows no faster than what stands in %s', (_, html, part) => {
    expectLinear(
      (size) => readRichText(html(part.repeat(size / part.length)), snippets, 2 * size),
      {
        n: 8_000,
      },
    );
  });
});

describe('a text part', () => {
  test.each([
    ['cells in one row', (n: number) => '<table><tr>' + '<td>x'.repeat(n)],
    [
      'cells after much else in their row',
      (n: number) => `<table><tr>${'<b></b>'.repeat(n)}${'<td>'.repeat(n)}`,
    ],
    ['links', (n: number) => '<a href="https://a.example">x</a>'.repeat(n)],
    ['lists in lists', (n: number) => '<ul><li>'.repeat(Math.min(n, 500))],
    ['paragraphs', (n: number) => '<p>x'.repeat(n)],
  ])('is made in time that grows no faster than the HTML: %s', (_, html) => {
    expectLinear((n) => textOfHtml(html(n)), { n: 3_000 });
  });
});

describe('limits before work (SEQ-27, TSK-10)', () => {
  const large = new Map([['s', `<p>${'x'.repeat(19_000)}</p>`]]);

  it('measures a text with its snippets before they are put in', () => {
    const many = '{{snippet.s}}'.repeat(3_000);
    expect(many.length).toBeLessThan(40_000);
    const result = readRichText(many, large);
    expect(result).toMatchObject({ ok: false, problems: [{ code: 'too_long' }] });
    expect(JSON.stringify(result)).toContain('57021000 characters; at most 100000');
    expect(readRichText('{{snippet.s}}'.repeat(5), large)).toMatchObject({ ok: true });
  });

  it('stops as soon as cleaning has made it too long', () => {
    const passes = [...richTextReading('<'.repeat(90_000), snippets, 100_000)];
    expect(passes).toHaveLength(1);
    expect(readRichText('<'.repeat(90_000), snippets)).toMatchObject({
      problems: [{ code: 'too_long' }],
    });
  });
});
