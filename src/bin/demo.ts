import { parseArgs } from 'node:util';
import { performDemo } from './demo/perform.js';
import { makeDirectory, removeDirectory } from './demo/stage.js';
import { Curtain } from './shared/curtain.js';
import { runMain } from './shared/run-main.js';

const usage = `npm run demo -- [--keep] [--from INSTANT]

Plays some weeks of seven enrollments in less than a minute, on a real Temporal server, a real Postgres and real SMTP.

  --keep           leaves all of it running afterwards, until Ctrl-C
  --from INSTANT   begins the story at a time to come, such as 2027-03-13T23:30:00Z; now without it`;

interface Choice {
  readonly keep: boolean;
  readonly from?: string;
}

await runMain(async (stop) => {
  const choice = readChoice();
  if (choice === undefined) {
    console.error(usage);
    return 2;
  }
  const directory = await makeDirectory();
  const curtain = new Curtain();
  let failed = true;
  try {
    const status = await performDemo({ ...choice, directory, curtain, stop });
    failed = status !== 0;
    return status;
  } finally {
    await curtain.fall();
    if (failed && !stop.aborted) console.error(`Logs and mails are kept in ${directory}`);
    else await removeDirectory(directory);
  }
});

function readChoice(): Choice | undefined {
  const options = { keep: { type: 'boolean', default: false }, from: { type: 'string' } } as const;
  try {
    const { keep, from } = parseArgs({ options, strict: true }).values;
    if (from === undefined) return { keep };
    const begin = new Date(from);
    return Number.isNaN(begin.getTime()) ? undefined : { keep, from: begin.toISOString() };
  } catch {
    return undefined;
  }
}
