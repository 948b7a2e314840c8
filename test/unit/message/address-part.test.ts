import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { renderTemplate } from '../../../src/domain/message/render-template.js';
import { parseTemplate } from '../../../src/domain/message/tokens.js';

function rendered(href: string, values: Readonly<Record<string, string>>): string {
  const parsed = parseTemplate(`<a href="${href}">x</a>`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const result = renderTemplate(parsed.template, values, 'html');
  if (!result.ok) return `missing ${result.missing.map(({ token }) => token).join()}`;
  return result.text.slice('<a href="'.length, -'">x</a>'.length).replaceAll('&amp;', '&');
}

const values = {
  'company.domain': 'acme-gmbh.example',
  'company.site': 'https://acme.example/start?from=us',
  'company.name': 'Müller & Söhne/GmbH',
  'contact.email': 'ada.b+x@acme.example',
  'contact.slug': 'ada',
  'contact.up': '..',
  'contact.port': '8080',
  'contact.origin': 'https://a.example',
  'contact.idn': 'müller.example',
};

describe('SEQ-27: a value in an address has encoded what its part of the address wants', () => {
  test.each([
    ['https://{{company.domain}}/x', 'https://acme-gmbh.example/x'],
    ['https://{{contact.slug}}.host.example:8080/', 'https://ada.host.example:8080/'],
    ['https://{{contact.idn}}/', 'https://xn--mller-kva.example/'],
    ['https://{{company.name}}/', 'missing company.name'],
    ['https://{{company.name|our.example}}/', 'https://our.example/'],
    ['https://{{contact.email}}/', 'missing contact.email'],
    [
      'https://a.example/{{company.domain}}/{{company.name}}',
      'https://a.example/acme-gmbh.example/M%C3%BCller%20&%20S%C3%B6hne%2FGmbH',
    ],
    [
      'https://a.example/?n={{company.name}}&e={{contact.email}}',
      'https://a.example/?n=M%C3%BCller%20%26%20S%C3%B6hne/GmbH&e=ada.b%2Bx@acme.example',
    ],
    [
      'https://a.example/#{{company.name}}',
      'https://a.example/#M%C3%BCller%20%26%20S%C3%B6hne/GmbH',
    ],
    [
      'mailto:{{contact.email}}?subject={{company.name}}',
      'mailto:ada.b+x@acme.example?subject=M%C3%BCller%20%26%20S%C3%B6hne/GmbH',
    ],
    ['mailto:{{company.name}}', 'mailto:M%C3%BCller%20%26%20S%C3%B6hne%2FGmbH'],
    [
      '{{company.site}}&n={{company.name}}',
      'https://acme.example/start?from=us&n=M%C3%BCller%20%26%20S%C3%B6hne/GmbH',
    ],
    [
      '{{contact.none|https://a.example}}/{{company.name}}',
      'https://a.example/M%C3%BCller%20&%20S%C3%B6hne%2FGmbH',
    ],
    ['{{contact.none|}}https://{{company.domain}}', 'https://acme-gmbh.example'],
    ['https://{{contact.none|}}/{{contact.slug}}', 'missing contact.none'],
    ['https://{{contact.none|}}{{contact.slug}}', 'missing contact.none,contact.slug'],
    ['https://{{contact.none|}}www.a.example/', 'https://www.a.example/'],
    ['https://a.example{{contact.none|}}', 'https://a.example'],
    ['https://a.example{{company.domain}}', 'missing company.domain'],
    ['https://a.example{{contact.slug}}', 'missing contact.slug'],
    ['https://a{{contact.slug}}.example/', 'https://aada.example/'],
    ['https://shop.{{company.domain}}', 'https://shop.acme-gmbh.example'],
    ['https://{{company.domain}}{{contact.slug}}/', 'missing contact.slug'],
    ['{{contact.origin}}{{contact.slug}}', 'missing contact.slug'],
    ['https://a.example:{{contact.port}}/', 'https://a.example:8080/'],
    ['https://a.example:{{contact.slug}}/', 'missing contact.slug'],
    ['https://a.example/r/{{contact.up}}/x', 'missing contact.up'],
    ['https://a.example/r?x={{contact.up}}', 'https://a.example/r?x=..'],
    [
      'https://{{contact.none|b.example/start?x=1}}&n={{company.name}}',
      'https://b.example/start?x=1&n=M%C3%BCller%20%26%20S%C3%B6hne/GmbH',
    ],
    ['https://{{contact.none|b.example:8443}}/', 'https://b.example:8443/'],
    ['mailto:{{contact.none|a@b.example,c@d.example}}', 'mailto:a@b.example,c@d.example'],
    ['https://a.example/{{contact.none|ü b/c%20d}}', 'https://a.example/%C3%BC%20b/c%20d'],
    ['java{{company.site}}', 'javahttps%3A%2F%2Facme%2Eexample%2Fstart%3Ffrom%3Dus'],
  ])('%s', (href, address) => {
    expect(rendered(href, values)).toBe(address);
  });

  it('whatever it is, it stays in its part, and reads the same there', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const value = `v${text}v`;
        if (value.includes('{{')) return;
        const all = '/p/{{contact.a}}/q?one={{contact.a}}&two=2#{{contact.a}}';
        const { hostname, pathname, searchParams, hash } = new URL(
          rendered(`https://a.example${all}`, { 'contact.a': value }).replaceAll('&#39;', "'"),
        );
        expect(hostname).toBe('a.example');
        expect(pathname.split('/').map(decodeURIComponent)).toEqual(['', 'p', value, 'q']);
        expect([...searchParams]).toEqual([
          ['one', value],
          ['two', '2'],
        ]);
        expect(decodeURIComponent(hash)).toBe(`#${value}`);
      }),
    );
  });
});
