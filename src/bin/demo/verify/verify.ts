import type { Life } from '../life.js';
import type { Stage } from '../stage.js';
import { checkEndings } from './check-endings.js';
import { checkMails } from './check-mails.js';
import { checkTimes } from './check-times.js';
import { Findings } from './findings.js';

/** Compares the results, in the API, in Temporal and at the mail server, with what is told. */
export async function verify(stage: Stage, lives: readonly Life[]): Promise<Findings> {
  const findings = new Findings();
  await checkEndings(findings, stage, lives);
  checkTimes(findings, lives);
  checkMails(findings, stage.mail.messages(), lives);
  return findings;
}
