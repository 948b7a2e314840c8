import { exampleIds, type BodyExamples } from './ids.js';

const sequenceId = exampleIds.sequences;
const contact = { email: 'grace@example.com' };

/** Of enrollments, and of what happens to them. */
export const enrollmentExamples: BodyExamples = {
  'POST /v1/enrollments': { sequenceId, contact },
  'POST /v1/enrollments/preview': { sequenceId, contact },
  'POST /v1/enrollments/{id}/pause': { until: '2027-01-04T09:00:00+01:00' },
  'POST /v1/enrollments/{id}/skip-step': {},
  'POST /v1/enrollments/unenroll': { sequenceId },
  'POST /v1/events': { id: 'mail-2', type: 'reply', contact },
  'POST /v1/bulk-enrollments': {
    ...{ sequenceId, selection: { listId: exampleIds.lists } },
    defaults: { useContactTimeZone: true },
  },
  'PATCH /v1/bulk-enrollments/{id}': { onLimit: 'defer', defaults: { timeZone: 'Europe/Berlin' } },
  'POST /v1/bulk-enrollments/{id}/items': { contacts: [contact] },
  'PATCH /v1/bulk-enrollments/{id}/items/{itemId}': {
    overrides: { steps: { call: { title: 'Ring about the fair' } } },
  },
  'PATCH /v1/tasks/{id}': {
    ...{ title: 'Call before noon', priority: 'high', assigneeId: exampleIds.users },
  },
  'POST /v1/tasks/{id}/complete': {
    ...{ outcome: 'left_voicemail', note: '<p>Asked to be called back on Monday.</p>' },
  },
  'POST /v1/tasks/{id}/send': {
    html: '<p>Dear {{contact.firstName|friend}}, shall we talk?</p>',
  },
};
