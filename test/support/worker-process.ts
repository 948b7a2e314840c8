import { pino } from 'pino';
import { startWorker } from '../../src/assembly/start-worker.js';
import { parseSettings, readyLine } from './worker-settings.js';

/**
 * A worker in a process of its own, so that a test can kill it: `node --import tsx worker-process.ts SETTINGS`.
 * It says when it is ready, and ends when whoever started it is gone.
 */
const { codePath, ...settings } = parseSettings(process.argv[2] ?? '');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
await startWorker({ ...settings, bundle: { codePath }, logger: pino({ level: 'fatal' }) });
process.stdout.write(readyLine);
