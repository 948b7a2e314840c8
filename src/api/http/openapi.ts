import { bodyExamples } from '../examples/index.js';
import { bulkRowExamples } from '../examples/contacts.js';
import type { Scope } from '../../usecases/act.js';
import { nothing, type Endpoint, type Operation } from './endpoint.js';
import { refusalScopes } from '../../usecases/refusal.js';
import { introduction as about } from './openapi-introduction.js';
import { headerParameters, headersOf, parametersIn } from './openapi-parameters.js';
import { problemCodes, problemKind, type ProblemCode } from './problem.js';
import { SchemaBook, schemaRoot, type Json } from './schema-book.js';
import type { StreamEndpoint } from './stream-endpoint.js';

/** Codes that any endpoint can answer with, and codes of endpoints that change something. */
const commonCodes: readonly ProblemCode[] = [
  'UNAUTHENTICATED',
  'FORBIDDEN_SCOPE',
  'ACTING_USER_REQUIRED',
  'ACTING_USER_UNKNOWN',
  'KEY_BOUND_TO_USER',
  'VALIDATION_FAILED',
  'RATE_LIMITED',
  'INTERNAL',
  'UNAVAILABLE',
];
const bodyCodes: readonly ProblemCode[] = ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
const changeCodes: readonly ProblemCode[] = [
  ...bodyCodes,
  'MALFORMED_JSON',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_PROGRESS',
];
const matchCodes: readonly ProblemCode[] = ['PRECONDITION_REQUIRED', 'PRECONDITION_FAILED'];

const problemSchema = {
  type: 'object',
  description: 'RFC 9457. `code` is what programs go by; the texts are for people.',
  required: ['type', 'title', 'status', 'code', 'scope', 'retryable', 'detail', 'requestId'],
  properties: {
    type: {
      type: 'string',
      format: 'uri-reference',
      description: 'The page about the code, relative to this API: /docs/errors#NOT_FOUND.',
    },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: {
      type: 'string',
      enum: [...problemCodes].sort(),
      description: 'A release may bring others.',
    },
    scope: {
      type: 'string',
      enum: [...refusalScopes],
      description: 'What stands in the way, and so who or what has to change.',
    },
    retryable: {
      type: 'boolean',
      description: 'Whether the same request may succeed later without anybody changing anything.',
    },
    detail: { type: 'string' },
    retryAfter: { type: 'integer', description: 'Seconds.' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['in', 'pointer', 'code', 'message'],
        properties: {
          in: { type: 'string', enum: ['body', 'query', 'path', 'header'] },
          pointer: { type: 'string', description: 'A JSON pointer, such as /steps/2/delayDays.' },
          code: { type: 'string' },
          message: { type: 'string' },
          position: {
            type: 'integer',
            description: 'Of a mistake within a text: its offset, in UTF-16 code units.',
          },
        },
      },
    },
  },
};

/** The OpenAPI 3.1 document of these endpoints, made from the schemas that check their input and output. */
export function describeApi(
  endpoints: readonly Endpoint[],
  streams: readonly StreamEndpoint[],
): Json {
  const schemas = new SchemaBook();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    const item = (paths[endpoint.path] ??= {});
    item[endpoint.method.toLowerCase()] = describeOperation(endpoint, schemas);
  }
  for (const stream of streams) {
    const item = (paths[stream.path] ??= {});
    item[stream.method.toLowerCase()] = describeStream(stream, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cadenza',
      version: '1',
      description: about,
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    tags: [...new Set(endpoints.map((endpoint) => endpoint.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'A key such as cad_….' },
      },
      schemas: { ...schemas.components, Problem: problemSchema },
    },
  };
}

function describeOperation(endpoint: Endpoint, schemas: SchemaBook): Json {
  const { method } = endpoint;
  const takesBody = method !== 'GET' && endpoint.body !== nothing;
  return {
    ...introduction(endpoint),
    parameters: [
      ...parametersIn('path', endpoint, schemas),
      ...parametersIn('query', endpoint, schemas),
      ...headerParameters(endpoint),
    ],
    ...(takesBody && {
      requestBody: {
        required: !endpoint.body.safeParse({}).success,
        content: {
          'application/json': {
            schema: bodySchema(endpoint, schemas),
            example: bodyExamples[`${method} ${endpoint.path}`],
          },
        },
      },
    }),
    responses: { ...successes(endpoint, schemas), ...problems(endpoint, codesOf(endpoint)) },
  };
}

/** The schema of a body, with the read-only fields that it may give back. */
function bodySchema({ body, readOnly }: Endpoint, schemas: SchemaBook): Json {
  const plain = schemas.add(body, 'body');
  const shown = Object.entries(readOnly).map(([name, field]) => {
    return [name, { ...schemas.add(field, 'reply'), readOnly: true }] as const;
  });
  if (shown.length > 0) schemas.extend(plain, Object.fromEntries(shown));
  return plain;
}

const scopeText: Readonly<Record<Scope, string>> = {
  read: 'Scope: `read`.',
  write: 'Scope: `write`.',
  events: 'Scope: `events`, which `write` includes.',
  admin: 'Scope: `admin`. An acting user needs the role `admin` besides.',
};

function introduction(operation: Operation): Json {
  const { operationId, summary, description, tag, scope } = operation;
  return {
    operationId,
    summary,
    description: [description, scopeText[scope]].filter(Boolean).join('\n\n'),
    tags: [tag],
  };
}

const ndjson = 'application/x-ndjson';

function describeStream(stream: StreamEndpoint, schemas: SchemaBook): Json {
  const { actingUser } = headersOf(stream);
  return {
    ...introduction(stream),
    parameters: [actingUser],
    requestBody: {
      required: true,
      content: {
        [ndjson]: {
          schema: schemas.add(stream.row, 'body'),
          example: bulkRowExamples.map((row) => JSON.stringify(row)).join('\n'),
        },
      },
    },
    responses: {
      200: {
        description: 'A line for each row, then the totals',
        content: { [ndjson]: { schema: schemas.add(stream.result, 'reply') } },
      },
      ...problems(stream, [...commonCodes, ...bodyCodes]),
    },
  };
}

function successes(endpoint: Endpoint, schemas: SchemaBook): Json {
  const entries = Object.entries(endpoint.replies).map(([status, schema]): [string, Json] => [
    status,
    {
      description: successTitles[status] ?? 'Done',
      ...(endpoint.concurrency && { headers: { ETag: etagHeader } }),
      content: { 'application/json': { schema: schemas.add(schema, 'reply') } },
    },
  ]);
  return Object.fromEntries(entries);
}

const etagHeader = {
  required: true,
  description: 'The version, for If-Match.',
  schema: { type: 'string', examples: ['"3"'] },
};

const successTitles: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Accepted: it is kept, and will be carried out soon',
};

function codesOf({ method, path, concurrency }: Endpoint): readonly ProblemCode[] {
  return [
    ...commonCodes,
    ...(method === 'GET' ? [] : changeCodes),
    ...(path.includes('{') ? ['NOT_FOUND' as const] : []),
    ...(concurrency === 'if_match' ? matchCodes : []),
    ...(concurrency === 'if_given' ? ['PRECONDITION_FAILED' as const] : []),
  ];
}

function problems(operation: Operation, general: readonly ProblemCode[]): Json {
  const codes = new Set([...general, ...(operation.refusals ?? [])]);
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    if (code === 'ACTING_USER_REQUIRED' && operation.actingUser === 'optional') continue;
    const { status } = problemKind(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { 'application/problem+json': { schema: { $ref: `${schemaRoot}Problem` } } };
  const entries = [...byStatus].map(([status, list]): [string, Json] => [
    String(status),
    {
      description: list.map((code) => `\`${code}\`: ${problemKind(code).title}`).join('\n\n'),
      content,
    },
  ]);
  return Object.fromEntries(entries);
}
