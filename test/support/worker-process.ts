import { startWorker } from '../../src/assembly/start-worker.js';
import { createLogger } from '../../src/observability/logger.js';
import { installRuntime } from '../../src/temporal/runtime.js';
import { logLevelName, parseSettings, readyLine } from './worker-settings.js';

/**
 * A worker in a process of its own, so that a test can kill it: `node --import tsx worker-process.ts SETTINGS`.
 * It says when it is ready, and ends when whoever started it is gone.
 */
const { codePath, ...settings } = parseSettings(process.argv[2] ?? '');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
const level = process.env[logLevelName] === 'debug' ? 'debug' : 'fatal';
const logger = createLogger({ level });
installRuntime(logger);
await startWorker({ ...settings, bundle: { codePath }, logger });
process.stdout.write(readyLine);
