import { startApi } from '../assembly/start-api.js';
import { parseConfig } from '../config/config.js';
import { createLogger } from '../observability/logger.js';
import { readEnvironment } from './shared/environment.js';
import { runMain, tripped, uncaughtIn } from './shared/run-main.js';
import { apiOptions } from './shared/service-options.js';

/** The API. It starts, and takes enrollments, even while Temporal is down: Temporal's messages wait in Postgres. */
await runMain(async (stop, tell) => {
  const config = parseConfig(readEnvironment());
  const logger = createLogger(config.log);
  tell(uncaughtIn(logger));
  const api = await startApi(apiOptions(config, logger));
  logger.info({ url: api.url }, 'the API is ready');
  await tripped(stop);
  logger.info('the API finishes what it began, and stops');
  await api.close();
  return 0;
});
