import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { installRuntime } from '../src/temporal/runtime.js';
import { measureBadHost } from './bad-host.js';
import { measureBulk } from './bulk.js';
import { measureHeavyInputs } from './heavy-inputs.js';
import { measureHistory } from './history.js';
import { measureImpact } from './impact.js';
import { measureLateness } from './lateness.js';
import { measureList } from './list.js';
import { measureMemory } from './memory.js';
import { measureOutbox } from './outbox.js';
import { measurePlanning } from './planning.js';
import { measureReply } from './reply.js';
import { measurePreview } from './preview.js';
import { measurePreviewSelection } from './preview-selection.js';
import { measureSlots } from './slots.js';
import { measureThroughput } from './throughput.js';
import { describeFigure, toJson, type Figure } from './support/figure.js';
import { openGround, type Ground } from './support/ground.js';

/** Measures on the servers of a run; `whole` leaves out no part that takes very long. */
type Measure = (ground: Ground, how: { readonly whole: boolean }) => Promise<readonly Figure[]>;

const measurements: Readonly<Record<string, Measure>> = {
  history: measureHistory,
  throughput: measureThroughput,
  list: measureList,
  slots: measureSlots,
  memory: measureMemory,
  impact: measureImpact,
  planning: measurePlanning,
  reply: measureReply,
  preview: measurePreview,
  'preview-selection': measurePreviewSelection,
  bulk: measureBulk,
  lateness: measureLateness,
  outbox: measureOutbox,
  'bad-host': measureBadHost,
  'heavy-inputs': measureHeavyInputs,
};

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      only: { type: 'string' },
      strict: { type: 'boolean', default: false },
      whole: { type: 'boolean', default: false },
    },
  });
  const { only, whole } = values;
  const names = Object.keys(measurements).filter((name) => only === undefined || name === only);
  if (names.length === 0) {
    console.error(`--only takes one of ${Object.keys(measurements).join(', ')}`);
    return 2;
  }
  installRuntime(pino({ level: 'warn' }));
  const ground = await openGround();
  const figures: Figure[] = [];
  try {
    for (const name of names) {
      for (const figure of (await measurements[name]?.(ground, { whole })) ?? []) {
        console.log(`${describeFigure(figure)}\n`);
        figures.push(figure);
      }
    }
  } finally {
    await ground.stop();
  }
  if (values.json !== undefined) {
    await writeFile(values.json, `${JSON.stringify(figures.map(toJson), null, 2)}\n`);
  }
  const missed = figures.filter(({ ok }) => ok === false);
  console.log(`${figures.length} figures, ${missed.length} of them short of their aim`);
  return values.strict && missed.length > 0 ? 1 : 0;
}

// Whatever still holds the process open, such as the SDK's own threads, is not waited for.
process.exit(await main());
