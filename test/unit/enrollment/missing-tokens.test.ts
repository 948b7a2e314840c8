import { describe, expect, it, test } from 'vitest';
import { missingTokens } from '../../../src/domain/enrollment/missing-tokens.js';
import type { Step } from '../../../src/domain/sequence/step.js';
import { call, email } from './cases.js';

const known = { 'contact.firstName': 'Ada' };
const missing = (steps: readonly Step[]) => missingTokens(steps, () => known);
const content = {
  subject: '{{contact.firstName}} {{company.name}}',
  html: '<p>{{contact.city}} {{contact.plan|free}} {{contact.city}}</p>',
};

describe('tokens without a value', () => {
  it('ENR-14 ERR-09: are told with their place, each once for a text; a fallback is a value', () => {
    expect(missing([{ ...email('one', 0), email: content }])).toEqual([
      { stepId: 'one', field: 'subject', token: 'company.name' },
      { stepId: 'one', field: 'html', token: 'contact.city' },
    ]);
  });

  it('TSK-07 TSK-10: are looked for in the title and the notes of a task too', () => {
    const task = { ...call('two', 1, true), title: '{{contact.city}}', notes: '{{company.name}}' };
    expect(missing([task])).toEqual([
      { stepId: 'two', field: 'title', token: 'contact.city' },
      { stepId: 'two', field: 'notes', token: 'company.name' },
    ]);
    const manual: Step = {
      id: 'two',
      kind: 'manual_email',
      delayDays: 1,
      title: task.title,
      notes: task.notes,
      priority: 'none',
      waitsForCompletion: true,
      email: content,
    };
    expect(missing([manual]).map(({ field }) => field)).toEqual([
      ...['subject', 'html', 'title', 'notes'],
    ]);
  });

  it('ENR-14: are judged by what was typed in for their step', () => {
    const steps = ['one', 'two'].map((id) => ({ ...email(id, 0), email: content }));
    const all = { ...known, 'company.name': 'Acme', 'contact.city': 'Paris' };
    const found = missingTokens(steps, (stepId) => (stepId === 'one' ? all : known));
    expect([...new Set(found.map(({ stepId }) => stepId))]).toEqual(['two']);
  });

  test.each([
    ['https://{{contact.web}}/x', 'https://acme.example', 'server_name'],
    ['https://{{contact.web}}/x', 'acme.example/de', 'server_name'],
    ['{{contact.web}}', 'acme.example', 'web_address'],
    ['https://a.example/{{contact.web}}/x', '..', 'path_segment'],
    ['https://a.example:{{contact.web}}/', 'https', 'port'],
    ['https://a{{contact.web}}.example/', 'b/c', 'server_name_part'],
    ['https://a.example{{contact.web}}', 'b', 'separator'],
    ['https://{{contact.web}}/x', 'acme.example', undefined],
    ['{{contact.web}}', 'https://acme.example', undefined],
    ['https://{{contact.web|our.example}}/x', 'https://acme.example', undefined],
    ['https://a.example/?w={{contact.web}}', 'https://acme.example/de', undefined],
  ])('SEQ-27 ENR-14: in the link %s the value %s needs %s', (href, web, needs) => {
    const html = `<p>{{contact.web}}</p><a title="1 > 0" href="${href}">x</a>`;
    const values = { ...known, 'contact.web': web };
    const steps = [
      { ...email('one', 0), email: { subject: 'Hi', html } },
      { ...call('two', 1, true), notes: html },
    ];
    const places = [
      { stepId: 'one', field: 'html' },
      { stepId: 'two', field: 'notes' },
    ];
    expect(missingTokens(steps, () => values)).toEqual(
      needs === undefined ? [] : places.map((place) => ({ ...place, token: 'contact.web', needs })),
    );
  });

  it('are none of a text that is no template', () => {
    expect(missing([{ ...email('one', 0), email: { subject: '{{', html: '{{' } }])).toEqual([]);
  });
});
