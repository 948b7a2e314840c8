import { exampleIds, type BodyExamples } from './ids.js';

const smtp = {
  ...{ host: 'smtp.example.com', port: 587, security: 'starttls' },
  ...{ username: 'nora@northlight.example', password: 'a password of the mail server' },
};
const robin = { email: 'robin@northlight.example', name: 'Robin', timeZone: 'Europe/Berlin' };

/** Of the account, who is in it, and what they send from. */
export const peopleExamples: BodyExamples = {
  'PATCH /v1/account': { timeZone: 'Europe/Berlin', limits: { mailboxPerDay: 500 } },
  'POST /v1/api-keys': {
    ...{ name: 'Mail reader', scopes: ['events'], expiresAt: '2027-11-30T00:00:00Z' },
  },
  'POST /v1/api-keys/{id}/rotate': { overlapHours: 48 },
  'POST /v1/users': { ...robin, permissions: ['sequences', 'bulk_enroll'] },
  'PUT /v1/users': { ...robin, externalId: 'HR-17' },
  'PATCH /v1/users/{id}': { timeZone: 'America/New_York' },
  'POST /v1/users/{id}/absences': { firstOn: '2026-12-21', lastOn: '2027-01-01' },
  'POST /v1/users/{id}/deactivate': {},
  'POST /v1/teams': { name: 'Sales north', memberIds: [exampleIds.users] },
  'PUT /v1/teams': { name: 'Sales south', memberIds: [exampleIds.users] },
  'PATCH /v1/teams/{id}': { name: 'Sales east' },
  'PUT /v1/teams/{id}/members': { memberIds: [exampleIds.users] },
  'POST /v1/mailboxes': { address: 'nora@northlight.example', displayName: 'Nora Lind', smtp },
  'PUT /v1/mailboxes': { address: 'nora@northlight.example', smtp },
  'PATCH /v1/mailboxes/{id}': {
    ...{ limits: { perMinute: 5 }, rampUp: { startPerDay: 20, increasePerDay: 10 } },
  },
  'POST /v1/task-queues': { name: 'Calls of the week' },
  'PATCH /v1/task-queues/{id}': { name: 'Calls of the month' },
};
