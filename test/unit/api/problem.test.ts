import { expect, it } from 'vitest';
import { z } from 'zod';
import { fieldErrors, withInput } from '../../../src/api/http/field-errors.js';
import { jsonPointer, Refusal, refuseFields } from '../../../src/usecases/refusal.js';
import { jsonDigest, unstorableFields } from '../../../src/api/http/json-text.js';
import { CallRefusal, renderProblem } from '../../../src/api/http/problem.js';

it('a 4xx says what, where and how to mend, with members of its own', () => {
  const error = new Refusal('ALREADY_ENROLLED', {
    detail: 'The contact is in "Follow up"; unenroll it first.',
    extensions: { enrollmentId: 'e-1', status: 'no' },
  });
  expect(renderProblem(error, 'r-1')).toEqual({
    status: 409,
    headers: {},
    body: {
      type: '/docs/errors#ALREADY_ENROLLED',
      title: 'The contact is in a sequence already',
      status: 409,
      code: 'ALREADY_ENROLLED',
      scope: 'contact',
      retryable: false,
      detail: 'The contact is in "Follow up"; unenroll it first.',
      enrollmentId: 'e-1',
      requestId: 'r-1',
    },
  });
});

it('a 5xx leaks nothing', () => {
  const error = new Refusal('INTERNAL', {
    detail: 'password=hunter2',
    errors: [{ in: 'body', pointer: '/hunter2', code: 'x', message: 'hunter2' }],
    extensions: { sql: 'hunter2' },
    cause: new Error('hunter2'),
  });
  const { status, body } = renderProblem(error, 'r-1');
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toContain('hunter2');
});

it('a time to wait stands in the body and in the header', () => {
  const error = new CallRefusal('UNAVAILABLE', { detail: 'x', retryAfter: 5 });
  const { headers, body } = renderProblem(error, 'r-1');
  expect(headers).toEqual({ 'Retry-After': '5' });
  expect(body).toMatchObject({ retryAfter: 5, retryable: true });
});

it('of very many fields the first hundred are named', () => {
  const field = { in: 'body', pointer: '/a', code: 'x', message: 'm' } as const;
  try {
    refuseFields(Array.from({ length: 1000 }, () => field));
  } catch (error) {
    expect(error instanceof Refusal && error.details.errors).toHaveLength(100);
  }
});

it('pointers are those of RFC 6901', () => {
  expect(jsonPointer([])).toBe('');
  expect(jsonPointer(['steps', 0, 'a/b~c'])).toBe('/steps/0/a~1b~0c');
});

it('an issue becomes a field with a code of its own, an unknown key one each', () => {
  const schema = z.strictObject({
    a: z.string(),
    b: z.string().refine(() => false, { params: { code: 'odd' }, error: 'is odd' }),
    c: z.strictObject({ d: z.number() }),
  });
  const parsed = schema.safeParse({ b: 'x', c: { d: 'x', y: 1 }, x: 1 }, withInput);
  expect(
    fieldErrors('body', parsed.error ?? new z.ZodError([])).map(({ pointer, code }) => [
      pointer,
      code,
    ]),
  ).toEqual([
    ['/a', 'required'],
    ['/b', 'odd'],
    ['/c/d', 'invalid_type'],
    ['/c/y', 'unknown_field'],
    ['/x', 'unknown_field'],
  ]);
});

it('text that cannot be stored is found wherever it stands, and depth is bounded', () => {
  const pointers = unstorableFields('body', {
    a: ['ok', 'x\u0000'],
    'k\u0000': 1,
    c: { d: '\udfff' },
    ok: '😀 é',
  }).map(({ pointer }) => pointer);
  expect(pointers).toEqual(['/a/1', '', '/c/d']);
  let deep: unknown = 'x';
  for (let level = 0; level < 10_000; level += 1) deep = [deep];
  expect(unstorableFields('body', deep)).toMatchObject([{ code: 'too_deep' }]);
});

it('equal JSON has an equal digest, in whatever order, and other JSON another one', () => {
  expect(jsonDigest({ a: 1, b: [1, { c: 2, d: 3 }] })).toBe(
    jsonDigest({ b: [1, { d: 3, c: 2 }], a: 1 }),
  );
  const different = [
    { a: 1 },
    { a: '1' },
    { a: [1] },
    [{ a: 1 }],
    { b: 1 },
    null,
    'null',
    [1, 2],
    [2, 1],
  ];
  expect(new Set(different.map(jsonDigest)).size).toBe(different.length);
});
