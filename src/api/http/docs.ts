import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { Router, type RequestHandler } from 'express';
import type { Endpoint } from './endpoint.js';
import type { StreamEndpoint } from './stream-endpoint.js';
import { errorsPage } from './errors-page.js';
import { describeApi } from './openapi.js';
import { errorsPath } from './problem.js';

const assets = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Cadenza API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="docs"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/init.js"></script>
  </body>
</html>
`;

const initScript = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  persistAuthorization: false,
  docExpansion: 'list',
});
`;

/** The API's description at `/openapi.json`, and for people to read at `/docs`; all files come from this process. */
export function serveDocs(
  endpoints: readonly Endpoint[],
  streams: readonly StreamEndpoint[],
): Router {
  const description = describeApi(endpoints, streams);
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const router = Router({ strict: true });
  router.get('/openapi.json', (_request, response) => {
    response.json(description);
  });
  router.get(['/docs', '/docs/'], (_request, response) => {
    response.type('html').send(page);
  });
  router.get(errorsPath, (_request, response) => {
    response.type('html').send(errorsPage);
  });
  router.get('/docs/init.js', (_request, response) => {
    response.type('text/javascript').send(initScript);
  });
  for (const asset of assets) {
    const file = express.static(join(folder, asset), { index: false });
    router.use(`/docs/${asset}`, takeUnconditionally, file);
  }
  return router;
}

/** A file is always given as a whole: parts and conditions that it does not meet would be answered as errors. */
const takeUnconditionally: RequestHandler = (request, _response, next) => {
  for (const header of ['range', 'if-match', 'if-unmodified-since']) {
    Reflect.deleteProperty(request.headers, header);
  }
  next();
};
