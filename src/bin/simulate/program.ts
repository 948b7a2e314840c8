import { showSimulation } from '../../api/shapes/simulation.js';
import type { MissingToken } from '../../domain/enrollment/eligibility.js';
import { missingTokens } from '../../domain/enrollment/missing-tokens.js';
import { playThrough } from '../../domain/enrollment/play-through/play-through.js';
import { scriptProblems } from '../../domain/enrollment/play-through/script.js';
import { findStep, type SequenceDefinition } from '../../domain/sequence/definition.js';
import { FileError, refuseMistakes, type Mistake, type ReadFile } from './file.js';
import { readOptions, UsageError, type Options } from './options.js';
import { printLife } from './print-life.js';
import {
  readContactFile,
  readScriptFile,
  readSequenceFile,
  type ContactFile,
} from './read-inputs.js';
import { usage } from './usage.js';

/**
 * `npm run simulate`: plays a sequence from a file through, without a server or a database, and prints what happens.
 * Returns the exit status: 1 for files with mistakes or a token without a value, 2 for a command line with mistakes.
 */
export async function simulateProgram(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  try {
    return await simulate(readOptions(args), new Date().toISOString());
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (!(error instanceof FileError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function simulate(options: Options, now: string): Promise<number> {
  const { file, name, definition } = await readSequenceFile(options.sequence);
  const contact = await readIfNamed(options.contact, readContactFile);
  const scripted = await readIfNamed(options.script, readScriptFile);
  const timeZone = options.timeZone ?? contact?.timeZone ?? 'UTC';
  const play = {
    ...{ definition, timeZone, completeTasksAfterDays: options.completeTasksAfterDays },
    holidays: new Set(options.holidays),
    opens: contact?.opens,
    at: options.from ?? now,
    start: options.start,
    script: scripted?.script ?? [],
  };
  refuseProblems(scriptProblems(play), file, scripted?.file);
  const life = playThrough(play);
  const missing = contact ? missingIn(definition, options, contact) : [];
  if (options.json) console.log(JSON.stringify(showSimulation(life, timeZone, missing), null, 2));
  else printLife({ name, timeZone, life, missingTokens: missing });
  return missing.length > 0 ? 1 : 0;
}

/** The tokens without a value in the steps that run. */
function missingIn(
  definition: SequenceDefinition,
  { start }: Options,
  { values }: ContactFile,
): readonly MissingToken[] {
  const startAt = findStep(definition, start.startStepId ?? '')?.position ?? 1;
  return missingTokens(definition.steps.slice(startAt - 1), () => values);
}

async function readIfNamed<T>(
  path: string | undefined,
  read: (path: string) => Promise<T>,
): Promise<T | undefined> {
  return path === undefined ? undefined : read(path);
}

/** Reports each problem where its mistake was made: in a file, or on the command line. */
function refuseProblems(
  problems: readonly Mistake[],
  sequence: ReadFile,
  script: ReadFile | undefined,
): void {
  refuseMistakes(
    sequence,
    problems.filter(({ pointer }) => pointer === '/steps'),
  );
  const ofScript = problems.filter(({ pointer }) => pointer.startsWith('/script/'));
  // In the file, the list itself is the script.
  const placed = ofScript.map((each) => ({
    ...each,
    pointer: each.pointer.slice('/script'.length),
  }));
  if (script) refuseMistakes(script, placed);
  const [first] = problems;
  if (first) throw new UsageError(`${optionOf(first.pointer)}: ${first.message}`);
}

const optionOf = (pointer: string): string =>
  ({
    '/from': '--from',
    '/startStepId': '--start',
    '/firstStepAt': '--first-at',
    '/holidays': '--holiday',
    '/completeTasksAfterDays': '--tasks-after',
    '/script': '--script',
  })[pointer] ?? pointer;
