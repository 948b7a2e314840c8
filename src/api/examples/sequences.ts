import { exampleIds, type BodyExamples } from './ids.js';

const steps = [
  {
    id: 'intro',
    kind: 'automated_email',
    email: {
      subject: 'Light for {{company.name|your team}}',
      html: '<p>Hello {{contact.firstName|there}}.</p>',
    },
  },
  {
    ...{ id: 'nudge', kind: 'automated_email', delayDays: 2, replyTo: 'intro' },
    email: { html: '<p>Did you see this?</p>' },
  },
  { id: 'call', kind: 'call', delayDays: 1, title: 'Call {{contact.firstName|them}}' },
];
const outbound = { name: 'Outbound', steps };

/** Of sequences, and of what they are made of. */
export const sequenceExamples: BodyExamples = {
  'POST /v1/sequences': outbound,
  'PUT /v1/sequences/{id}': { ...outbound, settings: { eligibleFollowUpDays: 'BUSINESS_DAYS' } },
  'PATCH /v1/sequences/{id}': {
    settings: { sendWindowStartMinute: 480, sendWindowEndMinute: 1080 },
  },
  'PATCH /v1/sequences/{id}/steps/{stepId}': { title: 'Call {{contact.firstName|them}}' },
  'PUT /v1/sequences/{id}/steps/order': { stepIds: ['intro', 'call', 'nudge'] },
  'POST /v1/sequences/{id}/impact': outbound,
  'POST /v1/sequences/{id}/copy': { name: 'Outbound, spring' },
  'POST /v1/sequences/{id}/simulate': {
    from: '2026-11-26T17:00-05:00',
    script: [{ type: 'complete_task', stepId: 'call', afterDays: 2 }],
  },
  'PUT /v1/sequences/{id}/sharing': { teams: [{ id: exampleIds.teams, level: 'use' }] },
  'POST /v1/sequences/bulk/sharing': {
    ...{ sequences: [{ id: exampleIds.sequences }], sharing: { everyone: 'use' } },
  },
  'POST /v1/sequences/{id}/pause': { scope: 'all' },
  'POST /v1/sequences/{id}/resume': { scope: 'all' },
  'POST /v1/templates': {
    ...{ name: 'Intro', subject: 'Hello {{contact.firstName|there}}', html: '<p>Good day.</p>' },
  },
  'PATCH /v1/templates/{id}': { html: '<p>Good day, {{contact.firstName|all}}.</p>' },
  'POST /v1/templates/{id}/preview': { contact: { email: 'grace@example.com' } },
  'POST /v1/snippets': { name: 'goodbye', html: '<p>Kind regards, {{sender.name}}</p>' },
  'PATCH /v1/snippets/{id}': { html: '<p>Best wishes, {{sender.name}}</p>' },
  'POST /v1/folders': { kind: 'sequence', name: 'Spring' },
  'PATCH /v1/folders/{id}': { name: 'Autumn' },
  'POST /v1/holiday-calendars': { country: 'US', region: 'CA' },
  'PATCH /v1/holiday-calendars/{id}': {
    dates: [{ date: '2026-12-24', name: 'Closed' }],
  },
  'POST /v1/holiday-calendars/{id}/refresh': { years: { firstYear: 2026, lastYear: 2030 } },
};
