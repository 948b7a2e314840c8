import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { jsonPointer, refuseFields, type FieldError } from '../../usecases/refusal.js';

/** What a caller may have read before writing, where it is not what the call answers. */
export interface ReadForm {
  readonly shape: z.ZodObject;
  /** The thing as the reply shows it; the whole reply without this. */
  readonly find?: (reply: unknown, params: unknown) => unknown;
}

type Fields = Readonly<Record<string, z.core.$ZodType>>;
type Json = Readonly<Record<string, unknown>>;

/** What an edit itself moves, or the edits of others: what is said of them is passed over. */
const moving = new Set([
  ...['version', 'updatedAt', 'movedEnrollments', 'passwordState'],
  ...['count', 'counts', 'sequenceCount', 'warnings', 'email'],
  ...['status', 'code', 'detail', 'missingTokens', 'firstSendAt', 'settledAt'],
]);

/**
 * The fields that readers of a thing get and its writers cannot change. A PUT or a PATCH takes them, so that what is read can
 * be written: they say what is so anyway.
 */
export function readOnlyFields({
  method,
  body,
  replies,
  reads,
}: {
  readonly method: string;
  readonly reads?: ReadForm;
  readonly body: z.ZodType;
  readonly replies: Readonly<Record<number, z.ZodType>>;
}): Fields {
  const written = fieldsOf(body);
  const edits = method === 'PUT' || method === 'PATCH' || reads !== undefined;
  if (!edits || Object.keys(written).length === 0) return {};
  const read = reads ? reads.shape.shape : fieldsOf(replies[200]);
  return Object.fromEntries(Object.entries(read).filter(([name]) => !(name in written)));
}

function fieldsOf(schema: z.core.$ZodType | undefined): Fields {
  if (schema instanceof z.core.$ZodPipe) return fieldsOf(schema._zod.def.in);
  return schema instanceof z.core.$ZodObject ? schema._zod.def.shape : {};
}

/** A body without its read-only fields, and what it says of them. */
export function splitBody(
  readOnly: Fields,
  body: unknown,
): { readonly body: unknown; readonly said: Json } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { body, said: {} };
  const [kept, said] = [new Map<string, unknown>(), new Map<string, unknown>()];
  for (const [name, value] of Object.entries(body)) {
    (Object.hasOwn(readOnly, name) ? said : kept).set(name, value);
  }
  return said.size === 0
    ? { body, said: {} }
    : { body: Object.fromEntries(kept), said: Object.fromEntries(said) };
}

/** Refuses what a body says of read-only fields and is not so, after the change that it asked for. */
export function requireTrue(said: Json, thing: unknown): void {
  if (typeof thing !== 'object' || thing === null) return;
  const errors = Object.entries(said).flatMap(([name, value]): readonly FieldError[] => {
    if (moving.has(name) || !(name in thing)) return [];
    if (isDeepStrictEqual(value, Reflect.get(thing, name))) return [];
    const message = 'This field cannot be changed here: leave it out, or give it as it is.';
    return [{ in: 'body', pointer: jsonPointer([name]), code: 'read_only', message }];
  });
  if (errors.length > 0) refuseFields(errors);
}
