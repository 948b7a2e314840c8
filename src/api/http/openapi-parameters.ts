import { z } from 'zod';
import { pathExample, queryExample } from '../examples/parameters.js';
import type { Endpoint, Operation } from './endpoint.js';
import type { Json, SchemaBook } from './schema-book.js';

/** The parameters of an operation that stand in its path or its query. */
export function parametersIn(
  place: 'path' | 'query',
  endpoint: Endpoint,
  schemas: SchemaBook,
): readonly Json[] {
  const shape = place === 'path' ? endpoint.params : endpoint.query;
  const fields = Object.entries<z.core.$ZodType>(shape.shape);
  return fields.map(([name, field]) => {
    const optional = z.safeParse(field, undefined).success;
    const schema = schemas.add(field, 'parameter');
    const about = { name, in: place, required: place === 'path' || !optional };
    if (place === 'path') return { ...about, schema, example: pathExample(endpoint.path, name) };
    // As an example of the schema it is shown, and not filled in where somebody tries the call.
    const example = 'enum' in schema ? undefined : queryExample(name);
    return {
      ...about,
      schema: { ...(example !== undefined && { examples: [example] }), ...schema },
    };
  });
}

/** The headers that an operation heeds. */
export function headerParameters(endpoint: Endpoint): readonly Json[] {
  const { actingUser, key, match } = headersOf(endpoint);
  const guarded = endpoint.concurrency === 'if_match' || endpoint.concurrency === 'if_given';
  return [actingUser, ...(endpoint.method === 'GET' ? [] : [key]), ...(guarded ? [match] : [])];
}

/** Every header that an operation may heed. */
export function headersOf(
  operation: Operation,
): Readonly<Record<'actingUser' | 'key' | 'match', Json>> {
  const header = (name: string, required: boolean, description: string) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string', examples: [headerExamples[name]] },
  });
  // Never required for generators: a key that is bound to a user needs none, and clients send it with every call.
  const actingUser = header(
    'Cadenza-User',
    false,
    `The user on whose behalf you act: an id, an externalId or an email.${
      operation.actingUser === 'required' ? ' Needed unless the key is bound to a user.' : ''
    }`,
  );
  const key = header(
    'Idempotency-Key',
    false,
    'Makes a repeat safe: the same key and body get the stored answer, for 24 hours.',
  );
  const match = header(
    'If-Match',
    operation.concurrency === 'if_match',
    'The ETag of the version that the change is based on, such as "3"; `*` for whichever is current.',
  );
  return { actingUser, key, match };
}

const headerExamples: Readonly<Record<string, string>> = {
  'Cadenza-User': 'you@northlight.example',
  'Idempotency-Key': 'enroll grace 2026-11-30',
  'If-Match': '"3"',
};
