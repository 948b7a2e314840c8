import type { z } from 'zod';
import { companyReply } from '../../api/shapes/company.js';
import { contactReply } from '../../api/shapes/contact.js';
import { enrollmentReply } from '../../api/shapes/enrollment.js';
import { mailboxReply } from '../../api/shapes/mailbox.js';
import { sequenceReply } from '../../api/shapes/sequence.js';
import { userReply } from '../../api/shapes/user.js';
import type { ApiClient } from '../shared/api-client.js';
import { people, users, type Person } from './cast.js';
import { demoSequence } from '../../local/demo-sequence.js';
import type { Life } from './life.js';
import type { Stage } from './stage.js';

/** Makes users, mailboxes, companies, contacts and the sequence through the API, and returns the sequence's id. */
export async function prepare({ api, mail }: Stage): Promise<string> {
  for (const user of users) await addUser(api, user, mail);
  const names = [...new Set(people.map(({ company }) => company))];
  const companies = await Promise.all(
    names.map((name) => api.post(companyReply, '/v1/companies', { name })),
  );
  await Promise.all(people.map((person) => addContact(api, person, companies)));
  // Ben sends from Nora's sequence, and a new sequence belongs to her alone.
  const shared = { ...demoSequence, sharing: { everyone: 'use' } };
  const made = await api.post(sequenceReply, '/v1/sequences', shared, users[0].email);
  return made.id;
}

/** Enrolls everybody, each in their own zone. */
export function enrollAll(api: ApiClient, sequenceId: string): Promise<readonly Life[]> {
  return Promise.all(
    people.map(async (person) => {
      const contact = { email: person.email };
      const wanted = { sequenceId, contact, useContactTimeZone: true };
      const enrollment = await api.post(enrollmentReply, '/v1/enrollments', wanted, person.sender);
      return { person, enrollment, entries: [] };
    }),
  );
}

async function addUser(
  api: ApiClient,
  user: (typeof users)[number],
  { host, port }: Stage['mail'],
): Promise<void> {
  await api.post(userReply, '/v1/users', user);
  const smtp = { host, port, security: 'none' };
  await api.post(mailboxReply, '/v1/mailboxes', { address: user.email, smtp }, user.email);
}

async function addContact(
  api: ApiClient,
  person: Person,
  companies: readonly z.output<typeof companyReply>[],
): Promise<void> {
  const { firstName, lastName, email, timeZone } = person;
  const companyId = companies.find(({ name }) => name === person.company)?.id;
  const contact = { firstName, lastName, email, timeZone, companyId };
  await api.post(contactReply, '/v1/contacts', contact);
}
