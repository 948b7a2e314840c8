import { paint } from '../shared/paint.js';
import { trialUser, type Trial } from './trial.js';

/** Says how to make a first call, with lines that can be copied as they stand. */
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
  const contact = { email: 'ada@example.com', firstName: 'Ada', timeZone: 'Europe/London' };
  const enrollment = { sequenceId, contact: { email: contact.email } };
  console.log(`
${paint('bold', 'A trial account is ready')}, with the user ${trialUser}, their mailbox and a sequence of three steps.
Its key is shown this once: ${paint('yellow', key)}

Your first enrollment, in two commands:

${curl('PUT', `${apiUrl}/v1/contacts`, key, contact)}

${curl('POST', `${apiUrl}/v1/enrollments`, key, enrollment)}

The first email goes out at once and is told of here. What comes next, and why then:

  curl -s -H 'Authorization: Bearer ${key}' ${apiUrl}/v1/enrollments
`);
}

function curl(method: string, url: string, key: string, body: object): string {
  return [
    `  curl -s -X ${method} ${url}`,
    `-H 'Authorization: Bearer ${key}'`,
    `-H 'Cadenza-User: ${trialUser}'`,
    "-H 'Content-Type: application/json'",
    `-d '${JSON.stringify(body)}'`,
  ].join(' \\\n    ');
}
