import { describe, expect, it } from 'vitest';
import { differenceBetween } from '../../../src/domain/sequence/difference.js';
import type { StepDraft } from '../../../src/domain/sequence/draft.js';
import { draftOf, editStep, type EditedSequence } from '../../../src/domain/sequence/edit.js';
import { templateProblems } from '../../../src/domain/sequence/template.js';
import { validateSequence, type ValidationResult } from '../../../src/domain/sequence/validate.js';

const template = { id: 't', version: 3 };
const steps: readonly StepDraft[] = [
  { id: 'intro', kind: 'automated_email', email: { subject: 'Hello', html: '<p>1</p>', template } },
  {
    ...{ id: 'reply', kind: 'automated_email', delayDays: 1, replyTo: 'intro' },
    email: { html: '<p>2</p>', template },
  },
];

function ok(result: ValidationResult | undefined): EditedSequence {
  if (!result?.ok) throw new Error(JSON.stringify(result));
  return result;
}
const emails = ({ definition }: EditedSequence) => definition.steps.map(({ email }) => email);
const current = ok(validateSequence({ name: 'S', steps, settings: {} }, { capabilities: [] }));
const edit = (patch: Parameters<typeof editStep>[2], id = 'intro') =>
  ok(editStep(current, id, patch));

describe('the template of an email (SEQ-11)', () => {
  it('stays with the step through a round trip', () => {
    expect(emails(current)).toEqual([
      { subject: 'Hello', html: '<p>1</p>', template },
      { subject: 'Hello', html: '<p>2</p>', template },
    ]);
    expect(ok(validateSequence(draftOf(current), { capabilities: [] }))).toEqual(current);
  });

  it('EDT-05: is parted from the email by an edit of the content, and only by that', () => {
    expect(emails(edit({ email: { html: '<p>x</p>' } }))[0]).toEqual({
      subject: 'Hello',
      html: '<p>x</p>',
    });
    expect(emails(edit({ email: { html: '<p>1</p>' } }))[0]?.template).toEqual(template);
    expect(emails(edit({ delayDays: 0 }))[0]?.template).toEqual(template);
  });

  it('EDT-06: takes the place of another; a reply keeps the subject of what it answers', () => {
    const other = { id: 'u', version: 1 };
    const email = { subject: 'Other', html: '<p>o</p>', template: other };
    expect(emails(edit({ email }))[0]).toEqual(email);
    expect(emails(edit({ email }, 'reply'))[1]).toEqual({ ...email, subject: 'Hello' });
    expect(emails(edit({ email, replyTo: null }, 'reply'))[1]).toEqual(email);
  });

  it('is part of what two versions differ in', () => {
    const email = { subject: 'Hello', html: '<p>1</p>', template: { id: 't', version: 4 } };
    const { changed } = differenceBetween(current.definition, edit({ email }).definition);
    expect(changed).toEqual([
      { stepId: 'intro', fields: [{ field: 'email.template.version', from: 3, to: 4 }] },
    ]);
  });
});

it('a template keeps the rules of an email in a step', () => {
  expect(templateProblems({ subject: 'Hi', html: '<p>x</p>' })).toEqual([]);
  const found = templateProblems({ subject: ' ', html: '{{7*7}}' });
  expect(found.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
    '/subject required',
    '/html token_code',
  ]);
  expect(templateProblems({ subject: 'a\nb', html: 'x' })).toMatchObject([
    { code: 'not_one_line' },
  ]);
  expect(templateProblems({ subject: '{{snippet.x}}', html: 'x' })).toMatchObject([
    { pointer: '/subject', code: 'token_unknown_root', position: 0 },
  ]);
});
