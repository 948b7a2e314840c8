import { curlLine } from '../shared/curl-line.js';

interface FirstEnrollment {
  readonly apiUrl: string;
  readonly key: string;
  /** The email of the admin. */
  readonly user: string;
  /** Whether mail goes to the server of `npm start`, which delivers nothing. */
  readonly isLocal: boolean;
}

/** The next three commands, as a person copies them: a sequence, a contact, and the enrollment. */
export function firstEnrollment(about: FirstEnrollment): readonly string[] {
  const { isLocal, ...caller } = about;
  // Where mail is delivered, the first one goes to whoever tries it; beside npm start Ada replies by herself.
  const email = isLocal ? 'ada+reply@example.com' : caller.user;
  const contact = { email, firstName: 'Ada' };
  const sequence = { fromTemplateId: 'inbound-follow-up' };
  const enrollment = { sequenceId: '$SEQUENCE', contact: { email } };
  return [
    '',
    'Your first enrollment, in three commands: a sequence, a contact, and the first email at once.',
    '',
    `  SEQUENCE=$(${curlLine({ ...caller, path: '/v1/sequences', body: sequence })} \\`,
    `    | node -p 'JSON.parse(fs.readFileSync(0)).id')`,
    '',
    `  ${curlLine({ ...caller, method: 'PUT', path: '/v1/contacts', body: contact })}`,
    '',
    `  ${curlLine({ ...caller, path: '/v1/enrollments', body: enrollment })}`,
  ];
}
