import { z } from 'zod';
import { describeApi } from '../../src/api/http/openapi.js';
import { endpoints, streamEndpoints } from '../../src/api/routes/index.js';

const operation = z.looseObject({ responses: z.record(z.string(), z.unknown()) });
const { paths } = z
  .object({ paths: z.record(z.string(), z.record(z.string(), operation)) })
  .parse(describeApi(endpoints, streamEndpoints));

const declared = Object.entries(paths)
  .map(([path, operations]) => ({
    form: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    fixed: path.split('/').filter((part) => !part.startsWith('{')).length,
    operations,
  }))
  // A path with more fixed parts is the one that is meant.
  .sort((a, b) => b.fixed - a.fixed);

/** Throws when an answer has a status that its operation does not declare: every test of the API holds the description to it. */
export function requireDeclared(method: string, path: string, status: number): void {
  const [bare = ''] = path.split('?');
  const found = declared.find(({ form }) => form.test(bare));
  const { responses } = found?.operations[method.toLowerCase()] ?? {};
  if (responses === undefined || String(status) in responses) return;
  throw new Error(`${method} ${bare} answers ${status}, which it does not declare`);
}
