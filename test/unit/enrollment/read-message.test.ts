import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  isUsableId,
  objectionToEnd,
  readFields,
} from '../../../src/domain/enrollment/read-message.js';

describe('the argument of a message', () => {
  const ids = ['messageId', 'taskId', 'stepId'];

  test.each([[undefined], [null], [{}], [{ messageId: null, taskId: undefined }]])(
    '%j says nothing',
    (input) => {
      expect(readFields(input)).toEqual({ fields: {} });
    },
  );

  test.each([['now'], [''], [3], [true], [[]], [[{}]]])('%j is no object', (input) => {
    expect(readFields(input)).toEqual({
      fields: {},
      problem: 'the argument must be one JSON object, such as {}',
    });
  });

  test.each([
    ['a NUL', 'a\u0000b'],
    ['a megabyte', 'x'.repeat(1_000_000)],
    ['201 characters', 'x'.repeat(201)],
    ['a lone surrogate', 'a\ud800b'],
    ['a line break', 'a\nb'],
    ['nothing', ''],
    ['a number', 7],
    ['an object', { id: 'a' }],
    ['false', false],
  ])('an id with %s is left out, and said to be wrong', (_name, id) => {
    for (const name of ids) {
      const { fields, problem } = readFields({ [name]: id, via: 'link' });
      expect(fields).toEqual({ via: 'link' });
      expect(problem).toBe(`"${name}" must be a line of 1 to 200 characters`);
    }
  });

  it('keeps what can be used', () => {
    const said = { messageId: '😀'.repeat(200), taskId: 't', stepId: 's', via: 'logged' };
    expect(readFields(said)).toEqual({ fields: said });
    expect(readFields({ ...said, said: 'pause' })).toEqual({ fields: said });
  });

  it('names a field that it does not know, such as a misspelt one', () => {
    const { fields, problem } = readFields({ stepId: 's', untill: '2026-12-01T09:00:00Z' });
    expect(fields).toEqual({ stepId: 's' });
    expect(problem).toContain('"untill" is not known; there are messageId, taskId');
    expect(readFields({ ['x'.repeat(300)]: 1 }).problem).toContain('one is not known');
  });

  it('spells instants in one way, and leaves out what is none', () => {
    const input = { until: '2026-12-01T10:00:00+01:00', returnAt: '2026-12-02' };
    expect(readFields(input)).toEqual({
      fields: { until: '2026-12-01T09:00:00.000Z', returnAt: '2026-12-02T00:00:00.000Z' },
    });
    const problem = '"until" must be an instant ahead: write it like 2026-12-01T09:00:00Z';
    expect(readFields({ until: 'tomorrow', returnAt: 'soon', via: 'mail' })).toEqual({
      fields: {},
      problem,
    });
    expect(readFields({ until: 7, returnAt: 8 })).toEqual({ fields: {}, problem });
  });

  it('never throws, whatever it is, and never lets an id through that Postgres cannot hold', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.string({ unit: 'binary' }));
    const anything = fc.oneof(value, fc.record({ messageId: value, taskId: value, until: value }));
    fc.assert(
      fc.property(anything, (input) => {
        const { fields } = readFields(input);
        return [fields.messageId, fields.taskId].every((id) => id === undefined || isUsableId(id));
      }),
    );
  });
});

describe('the end of a pause', () => {
  it('is an instant ahead, or none', () => {
    const now = Date.parse('2026-12-01T09:00:00.000Z');
    expect(objectionToEnd(undefined, now)).toBeUndefined();
    expect(objectionToEnd('2026-12-01T09:00:00.001Z', now)).toBeUndefined();
    expect(objectionToEnd('2026-12-01T09:00:00.000Z', now)).toMatch(/must be an instant ahead/);
  });
});
