import { runMain } from './shared/run-main.js';
import { simulateProgram } from './simulate/program.js';

await runMain(() => simulateProgram(process.argv.slice(2)));
