import { z } from 'zod';

export type Json = Readonly<Record<string, unknown>>;

/** Where a schema stands. */
type Place = 'body' | 'parameter' | 'reply';

export const schemaRoot = '#/components/schemas/';

/** Turns schemas into JSON Schema and collects those that have a name (`meta({ id })`) as components. */
export class SchemaBook {
  readonly components: Record<string, unknown> = {};

  add(schema: z.core.$ZodType, place: Place): Json {
    const { $defs, ...inline } = toPlain(schema, place);
    if (isJson($defs)) Object.assign(this.components, $defs);
    return inline;
  }

  /** Adds properties to an object's schema, where it stands. */
  extend(schema: Json, properties: Json): void {
    const name = schema['$ref'];
    const named =
      typeof name === 'string' ? this.components[name.replace(schemaRoot, '')] : undefined;
    const target = named ?? schema;
    const own: unknown = isJson(target) ? target['properties'] : undefined;
    if (isJson(own)) Object.assign(own, properties);
  }
}

function toPlain(schema: z.core.$ZodType, place: Place): Json {
  const io = place === 'reply' ? 'output' : 'input';
  // A named schema is replaced by a reference only where it is a part of another schema.
  const wrapped = z.toJSONSchema(z.tuple([schema]), { io, unrepresentable: 'any' });
  const plain: unknown = JSON.parse(
    JSON.stringify(wrapped).replaceAll('"#/$defs/', `"${schemaRoot}`),
  );
  const items: unknown = isJson(plain) ? plain['prefixItems'] : undefined;
  const first: unknown = Array.isArray(items) ? items[0] : undefined;
  if (!isJson(plain) || !isJson(first)) throw new Error('the schema cannot be described');
  return { ...legible(first, place), $defs: legible(plain['$defs'], place) };
}

/** An example where a schema's form alone would have tools make one up: days of the year 128, texts of no meaning. */
const formExamples: Readonly<Record<string, string>> = {
  'date-time': '2026-11-30T09:00:00.000Z',
  date: '2026-12-24',
};

/**
 * The schema as people and generators read it: whole numbers without the bounds of JavaScript, forms that have a name without
 * the pattern that spells them out but with an example, and defaults in words, since generators take a field with a default
 * for one that is always there.
 */
function legible(schema: Json, place: Place): Json;
function legible(schema: unknown, place: Place): unknown;
function legible(schema: unknown, place: Place): unknown {
  if (Array.isArray(schema)) return schema.map((each) => legible(each, place));
  if (!isJson(schema)) return schema;
  const { format } = schema;
  const example = typeof format === 'string' ? formExamples[format] : undefined;
  const kept = Object.entries(schema).filter(
    ([name, value]) => !isUnsafeBound(value) && !(name === 'pattern' && format !== undefined),
  );
  const read = {
    ...(example !== undefined && { examples: [example] }),
    ...Object.fromEntries(kept.map(([name, value]) => [name, legible(value, place)])),
  };
  return place === 'parameter' ? read : withoutDefault(read, place);
}

/** A schema whose default is told in words; of a reply it would mean nothing. A property of the name `default` stays. */
function withoutDefault(schema: Json, place: Place): Json {
  if (!('default' in schema) || !isSchema(schema)) return schema;
  const { default: value, description, ...rest } = schema;
  if (place === 'reply') return { ...rest, ...(description !== undefined && { description }) };
  const told = `Without it: \`${JSON.stringify(value)}\`.`;
  return {
    ...rest,
    description: typeof description === 'string' ? `${description} ${told}` : told,
  };
}

function isSchema(value: Json): boolean {
  return ['type', '$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'].some((word) => {
    const said = value[word];
    return said !== undefined && !isJson(said);
  });
}

function isUnsafeBound(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
