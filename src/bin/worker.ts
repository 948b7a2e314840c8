import { startWorker } from '../assembly/start-worker.js';
import { parseConfig } from '../config/config.js';
import { createLogger } from '../observability/logger.js';
import { loadWorkflowBundle } from '../temporal/bundle.js';
import { installRuntime } from '../temporal/runtime.js';
import { awaitTemporal } from './shared/await-temporal.js';
import { readEnvironment } from './shared/environment.js';
import { runMain, tripped, uncaughtIn } from './shared/run-main.js';
import { withCodec, workerOptions } from './shared/service-options.js';

/** A worker: runs enrollments, sends mails and makes tasks. Any number may run, each as its own process. */
await runMain(async (stop, tell) => {
  const config = parseConfig(readEnvironment());
  const logger = createLogger(config.log);
  tell(uncaughtIn(logger));
  installRuntime(logger);
  const temporal = await withCodec(config, stop);
  await awaitTemporal(logger, stop);
  if (stop.aborted) return 0;
  const bundle = await loadWorkflowBundle();
  const worker = await startWorker({ ...workerOptions(config, logger, temporal), bundle });
  logger.info('the worker is ready');
  const ended = await Promise.race([tripped(stop), worker.done]);
  if (ended !== 'stopped') throw new Error('the worker ended without having been asked to');
  logger.info('the worker finishes what it began, and stops');
  await worker.stop();
  return 0;
});
