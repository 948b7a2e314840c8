import { formatLocal } from '../../domain/time/format.js';
import { pad, paint } from '../shared/paint.js';
import type { Curtain } from '../shared/curtain.js';
import { tripped } from '../shared/run-main.js';
import { people } from './cast.js';
import { demoSequence } from '../../local/demo-sequence.js';
import { createNarrator } from './narrator.js';
import { playStory } from './play.js';
import { enrollAll, prepare } from './prepare.js';
import { printMails } from './print-mails.js';
import { printTimelines } from './print-timelines.js';
import { setStage, type Stage } from './stage.js';
import { createStoryClock, type StoryClock } from './story-clock.js';
import type { Findings } from './verify/findings.js';
import { verify } from './verify/verify.js';
import { cityOf, stepName } from './words.js';

export interface DemoOptions {
  readonly directory: string;
  readonly keep: boolean;
  /** When the story begins; if left out, now. */
  readonly from?: string;
  readonly curtain: Curtain;
  readonly stop: AbortSignal;
}

/** The whole demo: sets the stage, plays the story, shows what came of it and checks it. Returns the exit status. */
export async function performDemo(options: DemoOptions): Promise<number> {
  const begun = performance.now();
  const clock = createStoryClock(options.from);
  process.stdout.write('Starting Postgres, Temporal, a mail server, the API and a worker … ');
  const stage = await setStage(options.directory, clock, options.curtain);
  console.log(paint('dim', `${secondsSince(begun)} s`));
  const stopped = tripped(options.stop);
  const findings = await Promise.race([play(stage, clock), stage.broken, stopped]);
  if (findings === 'stopped') return 130;
  printFindings(findings);
  console.log(`\n${secondsSince(begun)} seconds in all.`);
  if (options.keep) {
    clock.reset();
    printWayIn(stage);
    await Promise.race([stopped, stage.broken]);
  } else if (findings.failures.length === 0) {
    console.log('To look around in the Temporal UI and the API: npm run demo -- --keep');
  }
  return findings.failures.length === 0 ? 0 : 1;
}

async function play(stage: Stage, clock: StoryClock): Promise<Findings> {
  const sequenceId = await prepare(stage);
  const beganAt = clock.now();
  introduce(stage, beganAt);
  const enrolled = await enrollAll(stage.api, sequenceId);
  const lives = await playStory(stage, clock, enrolled, createNarrator(beganAt));
  printTimelines(lives);
  printMails(stage.mail.messages(), lives);
  return verify(stage, lives);
}

function introduce(stage: Stage, beganAt: string): void {
  console.log(`  Temporal UI  ${workflowsUrl(stage)}`);
  console.log(`  API docs     ${stage.apiUrl}/docs`);
  console.log(
    `\n${paint('bold', `Sequence "${demoSequence.name}"`)}: follow-ups on business days, emails 08:00–18:00`,
  );
  for (const step of demoSequence.steps) {
    const delayed = 'delayDays' in step ? delayText(step.delayDays) : 'at once';
    const answers = 'replyTo' in step ? `, answers step ${stepName(step.replyTo).slice(0, 1)}` : '';
    const waits =
      'waitsForCompletion' in step && step.waitsForCompletion ? ', must be completed' : '';
    console.log(`  ${pad(stepName(step.id), 20)} ${delayed}${answers}${waits}`);
  }
  const cities = new Set(people.map(({ timeZone }) => cityOf(timeZone)));
  console.log(
    `\n${paint('bold', 'The story')}, from ${formatLocal(beganAt, 'UTC')}; each line in its contact's own time (${[...cities].join(', ')})`,
  );
}

function delayText(days: number): string {
  return days === 0 ? 'right after' : `${days} business days later`;
}

function printFindings({ checks, failures }: Findings): void {
  console.log('');
  if (failures.length === 0) {
    console.log(paint('green', `The story came out as told: ${checks} checks passed.`));
    return;
  }
  console.log(
    paint(
      'red',
      `The story did not come out as told (${failures.length} of ${checks} checks failed):`,
    ),
  );
  for (const failure of failures) console.log(`  ${paint('red', '✗')} ${failure}`);
}

function printWayIn(stage: Stage): void {
  console.log(`
${paint('bold', 'All of it is still running, now on the real clock.')} Ctrl-C ends it.
  Temporal UI  ${workflowsUrl(stage)}
  API docs     ${stage.apiUrl}/docs
  Mails        ${stage.mailDirectory}
  Log          ${stage.logFile}
  Try it       curl -s -H 'Authorization: Bearer ${stage.key}' '${stage.apiUrl}/v1/enrollments?limit=1'`);
}

function workflowsUrl({ uiUrl, temporal }: Stage): string {
  return `${uiUrl}/namespaces/${temporal.namespace}/workflows?query=WorkflowType%3D%22enrollment%22`;
}

function secondsSince(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(1);
}
