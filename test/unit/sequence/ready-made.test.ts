import { describe, expect, it, test } from 'vitest';
import { parseTemplate, tokensOf } from '../../../src/domain/message/tokens.js';
import { readySequence, readySequences } from '../../../src/domain/sequence/ready-made/index.js';
import { validateSequence } from '../../../src/domain/sequence/validate.js';
import { readRichText } from '../../../src/html/rich-text.js';

it('SEQ-19: there are at least six, each with an id of its own', () => {
  const ids = readySequences.map(({ id }) => id);
  expect(new Set(ids).size).toBeGreaterThanOrEqual(6);
  expect(ids.map((id) => readySequence(id)?.id)).toEqual(ids);
  expect(readySequence('nothing')).toBeUndefined();
});

describe.each(readySequences.map((ready) => [ready.id, ready] as const))('%s', (_, ready) => {
  const { steps } = ready.draft;
  const texts = steps.flatMap(({ email, title, notes }) => [
    ...[email?.subject, email?.html, title, notes].filter((text) => text !== undefined),
  ]);

  test('SEQ-19: breaks no rule, and needs no capability', () => {
    expect(validateSequence(ready.draft, { capabilities: [] })).toMatchObject({ ok: true });
    expect(steps.length).toBeGreaterThanOrEqual(4);
    expect(steps.length).toBeLessThanOrEqual(7);
    const kinds = new Set(steps.map(({ kind }) => kind));
    expect(kinds).toContain('automated_email');
    expect(kinds).toContain('call');
    expect(steps.some(({ replyTo }) => replyTo !== undefined)).toBe(true);
  });

  test('is written as it is stored', () => {
    for (const { email, notes } of steps) {
      for (const html of [email?.html, notes].filter((text) => text !== undefined)) {
        expect(readRichText(html, new Map())).toEqual({ ok: true, html });
      }
    }
  });

  test('declares every value that a contact needs', () => {
    const open = texts.flatMap((text) => {
      const parsed = parseTemplate(text);
      return parsed.ok ? tokensOf(parsed.template) : [];
    });
    const needed = open
      .filter(({ path, fallback }) => fallback === undefined && !path.startsWith('sender.'))
      .map(({ path }) => path);
    expect([...new Set(needed)]).toEqual(ready.tokens);
  });
});
