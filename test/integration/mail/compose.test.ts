import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { messageIdFor } from '../../../src/domain/message/message-id.js';
import { composeMessage, type ComposeInput } from '../../../src/mail/outgoing/compose.js';

const bare: ComposeInput = {
  messageId: '<1.mac@sender.test>',
  date: '2026-11-24T14:00:00.000Z',
  from: { name: 'Sam "S" Sender, Größe', address: 'sam@sender.test' },
  to: { address: 'ada@acme.test' },
  subject: 'Hello',
};
const input: ComposeInput = {
  ...bare,
  html: '<h1>Hello</h1><p>Ada &amp; all</p><img src="https://x.test/a.png" alt="x">',
};

function compose(more: Partial<ComposeInput> = {}): Promise<Buffer> {
  return composeMessage({ ...input, ...more });
}

describe('composing', () => {
  test('equal input gives equal bytes; another id gives another boundary', async () => {
    const first = await compose();
    expect(await compose()).toEqual(first);
    expect(first.toString()).toMatch(/boundary="--=-[0-9a-f]{32}-Part_1"/);
    const other = await compose({ messageId: '<2.mac@sender.test>' });
    expect(/boundary=".*"/.exec(other.toString())?.[0]).not.toBe(
      /boundary=".*"/.exec(first.toString())?.[0],
    );
  });

  test('every line ends with CRLF and has at most 998 characters', async () => {
    const raw = await compose({ html: `<p>${'ä long word '.repeat(500)}</p>` });
    const lines = raw.toString('latin1').split('\r\n');
    expect(lines.every((line) => line.length <= 998 && !/[\r\n]/.test(line))).toBe(true);
  });

  test('the text part is made from the HTML', async () => {
    const email = await PostalMime.parse(await compose());
    expect(email.text?.trim()).toBe('Hello\n\nAda & all');
    expect(email.html?.trim()).toBe(input.html);
    expect(email.from).toMatchObject(input.from);
  });

  test('3.20: texts are sent in the spelling in which they came', async () => {
    const name = '한글 René'.normalize('NFD');
    const html = `<p>${name}</p>`;
    const to = { name, address: 'ada@acme.test' };
    const email = await PostalMime.parse(await compose({ subject: name, html, to }));
    expect([email.subject, email.to?.[0]?.name]).toEqual([name, name]);
    expect([email.html?.trim(), email.text?.trim()]).toEqual([html, name]);
  });

  test('a given text part is kept; text alone is enough', async () => {
    const both = await PostalMime.parse(await compose({ text: 'short' }));
    expect(both.text?.trim()).toBe('short');
    const raw = await composeMessage({ ...bare, text: 'only text' });
    expect(raw.toString()).not.toContain('multipart');
  });

  test('fifty References survive folding', async () => {
    const references = Array.from({ length: 50 }, (_, at) => `<${'r'.repeat(60)}${at}@s.test>`);
    const email = await PostalMime.parse(await compose({ references, inReplyTo: '<a@b.test>' }));
    expect(email.references?.split(/\s+/)).toEqual(references);
    expect(email.inReplyTo).toBe('<a@b.test>');
  });

  test('ids stand on the line of their header, also that of a long domain', async () => {
    const sendId = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
    for (const domain of ['acme.example', `${'long-'.repeat(10)}name.example`]) {
      const messageId = messageIdFor({ sendId, domain, keys: ['0123456789abcdef'] });
      const raw = (await compose({ messageId, inReplyTo: messageId })).toString('latin1');
      const lines = raw.split('\r\n');
      expect(lines).toContain(`Message-ID: ${messageId}`);
      expect(lines).toContain(`In-Reply-To: ${messageId}`);
      expect(raw.match(/^message-id:/gim)).toHaveLength(1);
      expect(raw.match(/^in-reply-to:/gim)).toHaveLength(1);
    }
  });

  test('an id as long as a line may be is folded after all', async () => {
    const inReplyTo = `<${'x'.repeat(980)}@a.test>`;
    const raw = (await compose({ inReplyTo })).toString('latin1');
    expect(raw).toContain(`In-Reply-To:\r\n ${inReplyTo}\r\n`);
  });

  test('further headers are set', async () => {
    const headers = {
      'List-Unsubscribe': '<https://x.test/u/1>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    };
    const raw = (await compose({ headers })).toString();
    expect(raw).toContain('List-Unsubscribe: <https://x.test/u/1>\r\n');
    expect(raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
  });

  test('content that looks like a file or URL is only text', async () => {
    const email = await PostalMime.parse(await compose({ text: 'file:///etc/passwd' }));
    expect(email.text?.trim()).toBe('file:///etc/passwd');
    expect(email.attachments).toEqual([]);
  });

  test.each<[string, Partial<ComposeInput>]>([
    ['header_injection', { subject: 'a\r\nBcc: eve@evil.test' }],
    ['header_injection', { subject: 'a\u0000b' }],
    ['header_injection', { from: { name: 'Sam\nBcc: x', address: 'sam@sender.test' } }],
    ['header_injection', { to: { name: 'Ada\rX: y', address: 'ada@acme.test' } }],
    ['header_injection', { headers: { 'X-A': 'b\r\n\r\nbody' } }],
    ['bad_header_name', { headers: { 'X-A: b\r\nX-B': 'c' } }],
    ['reserved_header', { headers: { bcc: 'eve@evil.test' } }],
    ['reserved_header', { headers: { 'Content-Type': 'text/html' } }],
    ['bad_address', { to: { address: 'ada@acme.test, eve@evil.test' } }],
    ['bad_address', { from: { address: 'sam@SENDER.test' } }],
    ['bad_message_id', { messageId: 'no-brackets@sender.test' }],
    ['bad_message_id', { inReplyTo: '<a@b>\r\nBcc: x' }],
    ['bad_message_id', { references: ['<a@b> <c@d>'] }],
    ['bad_date', { date: 'yesterday' }],
  ])('refuses: %s %j', async (code, more) => {
    await expect(compose(more)).rejects.toMatchObject({ name: 'ComposeError', code });
  });

  test.each<Partial<ComposeInput>>([
    { subject: 'Hi {{contact.firstName}}' },
    { html: '<p>Hi {{contact.firstName}}</p>' },
    { html: '<p>Hi &#123;&#123;contact.firstName}}</p>' },
    { text: 'Hi {{contact.firstName}}' },
  ])('an unresolved token is never sent: %j (ERR-09)', async (more) => {
    await expect(compose(more)).rejects.toMatchObject({ code: 'leftover_token' });
  });

  test('a message without any content is refused', async () => {
    await expect(composeMessage(bare)).rejects.toMatchObject({ code: 'no_content' });
  });
});
