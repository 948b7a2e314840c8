import { paint } from '../shared/paint.js';
import { trialUser, type Trial } from './trial.js';

/** Explains how to make a first call, with lines that can be copied as they are. */
export function printTrial(trial: Trial | undefined, apiUrl: string): void {
  if (trial === undefined) return;
  const { key, accountId, sequenceId } = trial;
  if (key === undefined) {
    console.log(`
The trial account is ${accountId}. Its key was shown at the first start; to make another:

  npm run admin -- create-key --account ${accountId} --scope admin
`);
    return;
  }
  const contact = { email: 'ada+reply@example.com', firstName: 'Ada', timeZone: 'Europe/London' };
  const enrollment = { sequenceId, contact: { email: contact.email } };
  console.log(`
${paint('bold', 'A trial account is ready')}, with the user ${trialUser}, their mailbox and a sequence of three steps.
Its key is shown this once: ${paint('yellow', key)}

Your first enrollment, in two commands:

${curl(`-X PUT ${apiUrl}/v1/contacts`, key, contact)}

${curl(`${apiUrl}/v1/enrollments -H 'Cadenza-User: ${trialUser}'`, key, enrollment)}

The first email goes out at once and is told of here; ${contact.email} replies to it by herself after some seconds, and the
enrollment ends. So do addresses with +ooo, +meeting, +unsubscribe and +bounce. Without a + nobody answers.

Where it stands, and why:

  curl -s ${apiUrl}/v1/enrollments -H 'Authorization: Bearer ${key}'
`);
}

function curl(call: string, key: string, body: object): string {
  return [
    `  curl -s ${call}`,
    `-H 'Authorization: Bearer ${key}'`,
    "-H 'Content-Type: application/json'",
    `-d '${JSON.stringify(body)}'`,
  ].join(' \\\n    ');
}
