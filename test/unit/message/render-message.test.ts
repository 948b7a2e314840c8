import { describe, expect, it, test } from 'vitest';
import { renderForPerson } from '../../../src/domain/message/render-for-person.js';
import { renderMessage } from '../../../src/domain/message/render-message.js';

const values = {
  'contact.firstName': '<b>Ada</b>\nLovelace',
  'contact.site': 'javascript:alert(1)',
  'company.name': 'N/A',
};

describe('renderMessage', () => {
  it('SEQ-27: escapes each value for where it stands', () => {
    const content = { subject: 'Hi {{contact.firstName}}', html: '<p>{{contact.firstName}}</p>' };
    expect(renderMessage(content, values)).toEqual({
      ok: true,
      message: {
        subject: 'Hi <b>Ada</b> Lovelace',
        html: '<p>&lt;b&gt;Ada&lt;/b&gt;\nLovelace</p>',
      },
    });
  });

  it('ERR-09: lists what is missing by field, and shows where', () => {
    const content = {
      subject: '{{company.name}}: {{contact.firstName}}',
      html: '<a href="{{contact.site}}">{{contact.plan}} {{contact.plan}}</a>',
    };
    expect(renderMessage(content, values)).toEqual({
      ok: false,
      missing: [
        { field: 'subject', token: 'company.name', placeholder: 'N/A' },
        { field: 'html', token: 'contact.site', needs: 'web_address' },
        { field: 'html', token: 'contact.plan' },
      ],
      message: {
        subject: '[company.name]: <b>Ada</b> Lovelace',
        html: '<a href="[contact.site]">[contact.plan] [contact.plan]</a>',
      },
    });
  });

  it('sends nothing that is no template', () => {
    const rendered = renderMessage({ subject: '{{', html: 'x' }, values);
    expect(rendered).toMatchObject({ ok: false, missing: [] });
  });
});

describe('renderForPerson (TSK-07, TSK-10)', () => {
  test.each([
    ['subject', 'Call {{contact.firstName}}', 'Call <b>Ada</b> Lovelace'],
    [
      'subject',
      'Call {{contact.lastName}} of {{company.name|them}}',
      'Call [contact.lastName] of them',
    ],
    ['html', '<p>{{contact.firstName}}</p>', '<p>&lt;b&gt;Ada&lt;/b&gt;\nLovelace</p>'],
    ['html', '<a href="{{contact.site}}">x</a>', '<a href="[contact.site]">x</a>'],
    ['html', 'no tokens', 'no tokens'],
  ] as const)('as %s: %s', (context, text, rendered) => {
    expect(renderForPerson(text, values, context)).toBe(rendered);
  });
});
