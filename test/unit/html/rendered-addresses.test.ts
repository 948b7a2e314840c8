import { describe, expect, it, test } from 'vitest';
import { renderMessage } from '../../../src/domain/message/render-message.js';
import { isHarmless } from '../../../src/html/active-content.js';
import { harmlessHtml, renderSafely } from '../../../src/html/render-safely.js';
import { composeMessage } from '../../../src/mail/outgoing/compose.js';

describe('addresses, looked at again as they have become', () => {
  const values = { 'contact.nope': null, 'contact.site': 'https://a.example' };
  const stored = [
    '<a href="{{contact.nope|}}javascript:alert(1)">x</a>',
    '<a href="{{contact.nope|}}java{{contact.nope|}}script:alert(1)">x</a>',
    '<a href="{{contact.nope|}}data:text/html,x">x</a>',
    '<a href="{{contact.nope|}}ms-word:ofe|u|https://a.example/x">x</a>',
    '<img src="{{contact.nope|}}javascript:x">',
    '<img src=x onerror=alert(1)>{{contact.nope|}}',
    '<svg onload=x>',
  ];

  test.each(stored)('%s, if it was ever stored, is not sent, and shown without', async (html) => {
    const rendered = renderSafely({ subject: 's', html }, values);
    expect(rendered).toMatchObject({ ok: false, missing: [] });
    expect(rendered.message.html).not.toMatch(/script:|data:|ms-word|onerror|onload|svg/);
    const sent = renderMessage({ subject: 's', html }, values);
    const mail = composeMessage({
      ...{ messageId: '<a@b.example>', date: '2026-01-01T00:00:00.000Z', subject: 's' },
      from: { address: 'a@example.com' },
      to: { address: 'b@example.com' },
      html: sent.message.html,
    });
    await expect(mail).rejects.toMatchObject({ code: 'active_content' });
    expect(isHarmless(harmlessHtml(sent.message.html))).toBe(true);
  });

  test.each([
    '<a href="{{contact.site|}}">x</a>',
    '<a href="{{contact.nope|}}{{contact.site}}">x</a>',
    '<a href="#top">x</a> <a href="mailto:a@b.example?subject=data:">y</a>',
    '<p>javascript: onerror=x data:</p><img src="https://a.example/javascript:x" alt="data:x">',
    '',
  ])('%s is as it was', (html) => {
    const rendered = renderMessage({ subject: 's', html }, values);
    expect(renderSafely({ subject: 's', html }, values)).toEqual(rendered);
    expect(rendered.ok).toBe(true);
  });

  it('a token that stands for nothing leaves the beginning of the address to the next', () => {
    const html = '<a href="{{contact.nope|}}{{contact.evil|#}}">x</a>';
    const evil = { ...values, 'contact.evil': 'javascript:x()' };
    expect(renderSafely({ subject: 's', html }, evil).message.html).toBe('<a href="#">x</a>');
    const good = { ...values, 'contact.evil': 'https://a.example' };
    expect(renderSafely({ subject: 's', html }, good).message.html).toContain(
      '"https://a.example"',
    );
  });
});
