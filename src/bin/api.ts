import { startApi } from '../assembly/start-api.js';
import { parseConfig } from '../config/config.js';
import { createLogger } from '../observability/logger.js';
import { awaitTemporal } from './shared/await-temporal.js';
import { readEnvironment } from './shared/environment.js';
import { messageOf, runMain, tripped, uncaughtIn } from './shared/run-main.js';
import { apiOptions, withCodec } from './shared/service-options.js';

/** The API. It starts, and takes enrollments, even while Temporal is down: Temporal's messages wait in Postgres. */
await runMain(async (stop, tell) => {
  const config = parseConfig(readEnvironment());
  const logger = createLogger(config.log);
  tell(uncaughtIn(logger));
  const api = await startApi(apiOptions(config, logger, await withCodec(config, stop)));
  logger.info({ url: api.url }, 'the API is ready');
  // Nothing waits for it: it only has the log say why Temporal does not answer.
  awaitTemporal(logger, stop).catch((error: unknown) => {
    logger.error({ reason: messageOf(error) }, 'the API goes on without Temporal');
  });
  await tripped(stop);
  logger.info('the API finishes what it began, and stops');
  await api.close();
  return 0;
});
