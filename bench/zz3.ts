import { pino } from 'pino';
import { installRuntime } from '../src/temporal/runtime.js';
import { openGround } from './support/ground.js';
import { measureWorker } from './memory.js';
installRuntime(pino({ level: 'warn' }));
const ground = await openGround();
try { for (let i = 0; i < 2; i++) for (const k of ['plain', 'enrollment'] as const) { const t = performance.now(); console.log(k, await measureWorker(ground, k), Math.round(performance.now() - t), 'ms'); } }
finally { await ground.stop(); }
process.exit(0);
