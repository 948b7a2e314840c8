import { exampleIds, type BodyExamples } from './ids.js';

const ada = { email: 'ada@example.com', firstName: 'Ada', timeZone: 'Europe/London' };
const renewsSoon = {
  field: 'contact.properties.renewsOn',
  operator: 'before',
  value: '2027-01-01',
};
const neverReplied = { not: { everEnrolled: { reasons: ['replied'] } } };

/** Of contacts and what they are kept with. */
export const contactExamples: BodyExamples = {
  'POST /v1/contacts': { ...ada, lastName: 'Lovelace', properties: { plan: 'Gold' } },
  'PUT /v1/contacts': ada,
  'PATCH /v1/contacts/{id}': { lastName: 'Lovelace', properties: { plan: 'Silver' } },
  'POST /v1/contacts/search': {
    ...{ filter: { and: [renewsSoon, neverReplied] }, limit: 50 },
  },
  'POST /v1/companies': { name: 'Acme', domain: 'acme.example', properties: { size: 120 } },
  'PUT /v1/companies': { externalId: 'CRM-42', name: 'Acme', domain: 'acme.example' },
  'PATCH /v1/companies/{id}': { domain: 'acme.example' },
  'POST /v1/properties': {
    ...{ object: 'contact', name: 'renewsOn', label: 'Renewal', type: 'date' },
  },
  'PATCH /v1/properties/{id}': { label: 'Renewal of the contract' },
  'POST /v1/lists': {
    ...{
      kind: 'active',
      name: 'Renewals that never replied',
      filter: { and: [renewsSoon, neverReplied] },
    },
  },
  'PATCH /v1/lists/{id}': { name: 'Fair in Hanover' },
  'POST /v1/lists/{id}/members': {
    contacts: [{ email: 'grace@example.com' }, { id: exampleIds.contacts }],
  },
  'POST /v1/suppressions': { address: 'ada@example.com', reason: 'unsubscribed' },
};

/** A line of `POST /v1/contacts/bulk`. */
export const bulkRowExamples: readonly object[] = [
  { email: 'alan@example.com', firstName: 'Alan' },
  { email: 'barbara@example.com', firstName: 'Barbara', timeZone: 'America/New_York' },
];
