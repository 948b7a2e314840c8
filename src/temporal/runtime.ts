import { Runtime, type Logger as SdkLogger } from '@temporalio/worker';
import type { Logger } from 'pino';

const levels = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const;

/** The SDK warns of each worker of activities alone; ours are meant to be so. */
const asMeant = 'No workflows registered, not polling for workflow tasks';

/**
 * Sets up the SDK for this process: it logs where we log and leaves signals to us. Call it once, before anything connects.
 */
export function installRuntime(logger: Logger): void {
  const forward: SdkLogger['log'] = (level, message, meta) => {
    logger[message === asMeant ? 'debug' : levels[level]]({ ...meta }, message);
  };
  Runtime.install({
    logger: {
      log: forward,
      trace: (message, meta) => {
        forward('TRACE', message, meta);
      },
      debug: (message, meta) => {
        forward('DEBUG', message, meta);
      },
      info: (message, meta) => {
        forward('INFO', message, meta);
      },
      warn: (message, meta) => {
        forward('WARN', message, meta);
      },
      error: (message, meta) => {
        forward('ERROR', message, meta);
      },
    },
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    shutdownSignals: [],
  });
}
