import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { answerErrors, refuseUnknownPath } from './http/answer-error.js';
import type { AppDeps } from './deps.js';
import { serveDocs } from './http/docs.js';
import type { Operation } from './http/endpoint.js';
import { logRequests } from './http/log-requests.js';
import { createCallPlaces } from './http/call-places.js';
import { createNoteKeyUse } from './http/note-key-use.js';
import { createRequestMeters } from './http/request-rates.js';
import { nameRequest } from './http/request-id.js';
import { endpoints, streamEndpoints } from './routes/index.js';
import { keptFor } from '../observability/health.js';
import { serveEndpoint } from './http/serve-endpoint.js';
import { serveStream } from './http/serve-stream.js';
import { refuseCall } from './http/problem.js';

/** The whole API as an express application, not yet listening. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Flat names and values: a filter such as `updatedAt[gte]` is a plain name.
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.set('trust proxy', deps.trustedProxies ?? 0);
  app.use(nameRequest, logRequests(deps.logger), helmet(helmetOptions));
  app.get('/healthz', (_request, response) => {
    response.json({ live: true });
  });
  app.get('/readyz', reportReadiness(deps));
  app.use(serveDocs(endpoints, streamEndpoints));
  const { limits } = deps;
  const served = {
    ...deps,
    noteKeyUse: createNoteKeyUse(deps.db, deps.logger),
    ...(limits && {
      meters: createRequestMeters(limits.rates),
      places: createCallPlaces(limits.places),
    }),
  };
  mount(app, [
    ...endpoints.map((each) => ({ operation: each, serve: serveEndpoint(each, served) })),
    ...streamEndpoints.map((each) => ({ operation: each, serve: serveStream(each, served) })),
  ]);
  app.use(refuseUnknownPath);
  app.use(answerErrors(deps.logger));
  return app;
}

const helmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      // The documentation's own library sets styles in the page.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
};

interface Served {
  readonly operation: Operation;
  readonly serve: RequestHandler;
}

function mount(app: Express, list: readonly Served[]): void {
  const methodsByPath = new Map<string, string[]>();
  for (const { operation, serve } of list) {
    const { method } = operation;
    const path = expressPath(operation.path);
    methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), method]);
    app[routerMethod[method]](path, serve);
  }
  for (const [path, methods] of methodsByPath) app.all(path, refuseMethod(methods));
}

const routerMethod = {
  GET: 'get',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
  DELETE: 'delete',
} as const;

/** `/v1/contacts/{id}` as express writes it: `/v1/contacts/:id`. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function refuseMethod(methods: readonly string[]): RequestHandler {
  const allowed = methods.join(', ');
  return (_request, response) => {
    response.set('Allow', allowed);
    refuseCall('METHOD_NOT_ALLOWED', `This path knows ${allowed}.`);
  };
}

/** Whoever asks more often gets the same answer, so that asking costs no query. */
const readinessKeptMs = 1_000;

function reportReadiness({ health }: AppDeps): RequestHandler {
  const readiness = keptFor(readinessKeptMs, health);
  return async (_request, response) => {
    const report = await readiness();
    response.status(report.ready ? 200 : 503).json(report);
  };
}
