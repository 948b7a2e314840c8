import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** The HTTP API as a caller uses it. Answers are checked against the schema; a refusal is thrown with its reason. */
export interface ApiClient {
  get<T extends z.ZodType>(schema: T, path: string): Promise<z.output<T>>;
  /** Sent with an Idempotency-Key of its own. `user` is the person on whose behalf it is done. */
  post<T extends z.ZodType>(
    schema: T,
    path: string,
    body: object,
    user?: string,
  ): Promise<z.output<T>>;
}

const problem = z.object({ code: z.string(), detail: z.string() });

export function createApiClient(url: string, key: string): ApiClient {
  const call = async (path: string, init: RequestInit): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, init);
    const body: unknown = await response.json();
    if (response.ok) return body;
    const { code, detail } = problem.parse(body);
    throw new Error(`${init.method ?? 'GET'} ${path} → ${response.status} ${code}: ${detail}`);
  };
  const authorization = `Bearer ${key}`;
  return {
    get: async (schema, path) => schema.parse(await call(path, { headers: { authorization } })),
    post: async (schema, path, body, user) =>
      schema.parse(
        await call(path, {
          method: 'POST',
          headers: {
            authorization,
            'content-type': 'application/json',
            'idempotency-key': randomUUID(),
            ...(user === undefined ? {} : { 'cadenza-user': user }),
          },
          body: JSON.stringify(body),
        }),
      ),
  };
}
