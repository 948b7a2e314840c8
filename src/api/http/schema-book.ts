import { z } from 'zod';

export type Json = Readonly<Record<string, unknown>>;

export const schemaRoot = '#/components/schemas/';

/** Turns schemas into JSON Schema and collects those that have a name (`meta({ id })`) as components. */
export class SchemaBook {
  readonly components: Record<string, unknown> = {};

  add(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
    const { $defs, ...inline } = toPlain(schema, io);
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

function toPlain(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  // A named schema is replaced by a reference only where it is a part of another schema.
  const wrapped = z.toJSONSchema(z.tuple([schema]), { io, unrepresentable: 'any' });
  const plain: unknown = JSON.parse(
    JSON.stringify(wrapped).replaceAll('"#/$defs/', `"${schemaRoot}`),
  );
  const items: unknown = isJson(plain) ? plain['prefixItems'] : undefined;
  const first: unknown = Array.isArray(items) ? items[0] : undefined;
  if (!isJson(plain) || !isJson(first)) throw new Error('the schema cannot be described');
  return { ...legible(first), $defs: legible(plain['$defs']) };
}

/** An example where a schema's form alone would have tools make one up: days of the year 128, texts of no meaning. */
const formExamples: Readonly<Record<string, string>> = {
  'date-time': '2026-11-30T09:00:00.000Z',
  date: '2026-12-24',
};

/**
 * The schema as people and generators read it: whole numbers without the bounds of JavaScript, and forms that have a name
 * without the pattern that spells them out, but with an example.
 */
function legible(schema: Json): Json;
function legible(schema: unknown): unknown;
function legible(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(legible);
  if (!isJson(schema)) return schema;
  const { format } = schema;
  const example = typeof format === 'string' ? formExamples[format] : undefined;
  const kept = Object.entries(schema).filter(
    ([name, value]) => !isUnsafeBound(value) && !(name === 'pattern' && format !== undefined),
  );
  return {
    ...(example !== undefined && { examples: [example] }),
    ...Object.fromEntries(kept.map(([name, value]) => [name, legible(value)])),
  };
}

function isUnsafeBound(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
