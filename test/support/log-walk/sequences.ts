import { leaves, name, personal, type LogCases } from './walker.js';

const steps = [
  { id: 'call', kind: 'call', title: personal },
  { id: 'todo', kind: 'general', delayDays: 1, title: personal },
];
const email = { subject: personal, html: `<p>${personal}</p>` };

/** Sequences and what they are made of. */
export const sequenceCases: LogCases = {
  'POST /v1/sequences': leaves(['template.created', 'sequence.created', 'sequence.shared'], (w) => {
    const first = { id: 'mail', kind: 'automated_email', email };
    const body = {
      name: name(),
      steps: [{ ...first, saveAsTemplate: { name: name() } }],
      sharing: { everyone: 'use' },
    };
    return Promise.resolve(w.later('POST', '/v1/sequences', body));
  }),
  'POST /v1/sequences/{id}/copy': leaves(['sequence.created'], async (w) =>
    w.later('POST', `/v1/sequences/${await w.sequence()}/copy`, { name: name() }),
  ),
  'PUT /v1/sequences/{id}': leaves(['sequence.versioned'], async (w) =>
    w.later('PUT', `/v1/sequences/${await w.sequence()}`, { name: name(), steps }),
  ),
  'PATCH /v1/sequences/{id}': leaves(['sequence.versioned', 'sequence.changed'], async (w) => {
    const folderId = await w.make('/v1/folders', { kind: 'sequence', name: name() });
    const id = await w.sequence();
    return w.later('PATCH', `/v1/sequences/${id}`, { name: name(), folderId });
  }),
  'PATCH /v1/sequences/{id}/steps/{stepId}': leaves(
    ['sequence.versioned', 'enrollment.version_changed'],
    async (w) => {
      const { sequenceId } = await w.enrollment();
      const path = `/v1/sequences/${sequenceId}/steps/call?applyTo=active`;
      return w.later('PATCH', path, { title: name() });
    },
  ),
  'PUT /v1/sequences/{id}/steps/order': leaves(['sequence.versioned'], async (w) =>
    w.later('PUT', `/v1/sequences/${await w.sequence({ steps })}/steps/order`, {
      stepIds: ['todo', 'call'],
    }),
  ),
  'DELETE /v1/sequences/{id}/steps/{stepId}': leaves(['sequence.versioned'], async (w) =>
    w.later('DELETE', `/v1/sequences/${await w.sequence({ steps })}/steps/todo`),
  ),
  'POST /v1/sequences/{id}/versions/{version}/restore': leaves(
    ['sequence.versioned'],
    async (w) => {
      const id = await w.sequence({ steps });
      await w.ask('DELETE', `/v1/sequences/${id}/steps/todo`);
      return w.later('POST', `/v1/sequences/${id}/versions/1/restore`, {});
    },
  ),
  'PUT /v1/sequences/{id}/sharing': leaves(['sequence.shared'], async (w) =>
    w.later('PUT', `/v1/sequences/${await w.sequence()}/sharing`, { everyone: 'use' }),
  ),
  'POST /v1/sequences/bulk/sharing': leaves(['sequence.shared', 'sequence.shared'], async (w) =>
    w.later('POST', '/v1/sequences/bulk/sharing', {
      sequences: [{ id: await w.sequence() }, { id: await w.sequence() }],
      sharing: { users: [{ id: await w.user(), level: 'use' }] },
    }),
  ),
  'POST /v1/sequences/{id}/archive': leaves(['sequence.archived'], async (w) =>
    w.later('POST', `/v1/sequences/${await w.sequence()}/archive`),
  ),
  'POST /v1/sequences/{id}/unarchive': leaves(['sequence.unarchived'], async (w) => {
    const id = await w.sequence();
    await w.ask('POST', `/v1/sequences/${id}/archive`);
    return w.later('POST', `/v1/sequences/${id}/unarchive`);
  }),
  'POST /v1/sequences/{id}/pause': leaves(['sequence.paused', 'enrollment.paused'], async (w) =>
    w.later('POST', `/v1/sequences/${(await w.enrollment()).sequenceId}/pause`, {}),
  ),
  'POST /v1/sequences/{id}/resume': leaves(['sequence.resumed'], async (w) => {
    const id = await w.sequence();
    await w.ask('POST', `/v1/sequences/${id}/pause`, {});
    return w.later('POST', `/v1/sequences/${id}/resume`, {});
  }),
  'DELETE /v1/sequences/{id}': leaves(['enrollment.unenrolled', 'sequence.deleted'], async (w) =>
    w.later('DELETE', `/v1/sequences/${(await w.enrollment()).sequenceId}?onActive=unenroll`),
  ),
  'POST /v1/folders': leaves(['folder.created'], (w) =>
    Promise.resolve(w.later('POST', '/v1/folders', { kind: 'template', name: name() })),
  ),
  'PATCH /v1/folders/{id}': leaves(['folder.changed'], (w) =>
    Promise.resolve(w.later('PATCH', `/v1/folders/${w.world.folderId}`, { name: name() })),
  ),
  'DELETE /v1/folders/{id}': leaves(['folder.deleted'], (w) =>
    Promise.resolve(w.later('DELETE', `/v1/folders/${w.world.folderId}`)),
  ),
  'POST /v1/templates': leaves(['template.created'], (w) =>
    Promise.resolve(w.later('POST', '/v1/templates', { name: name(), ...email })),
  ),
  'PATCH /v1/templates/{id}': leaves(['template.changed'], (w) =>
    Promise.resolve(w.later('PATCH', `/v1/templates/${w.world.templateId}`, email)),
  ),
  'DELETE /v1/templates/{id}': leaves(['template.deleted'], (w) =>
    Promise.resolve(w.later('DELETE', `/v1/templates/${w.world.templateId}`)),
  ),
  'POST /v1/snippets': leaves(['snippet.created'], (w) =>
    Promise.resolve(w.later('POST', '/v1/snippets', { name: 'walked', html: email.html })),
  ),
  'PATCH /v1/snippets/{id}': leaves(['snippet.changed'], (w) =>
    Promise.resolve(w.later('PATCH', `/v1/snippets/${w.world.snippetId}`, { html: email.html })),
  ),
  'DELETE /v1/snippets/{id}': leaves(['snippet.deleted'], (w) =>
    Promise.resolve(w.later('DELETE', `/v1/snippets/${w.world.snippetId}`)),
  ),
  'POST /v1/holiday-calendars': leaves(['holiday_calendar.created'], (w) =>
    Promise.resolve(
      w.later('POST', '/v1/holiday-calendars', {
        ...{ name: name(), dates: [{ date: '2026-12-24', name: personal }] },
      }),
    ),
  ),
  'PATCH /v1/holiday-calendars/{id}': leaves(['holiday_calendar.changed'], (w) =>
    Promise.resolve(
      w.later('PATCH', `/v1/holiday-calendars/${w.world.holidayCalendarId}`, { name: name() }),
    ),
  ),
  'POST /v1/holiday-calendars/{id}/refresh': leaves(['holiday_calendar.refreshed'], async (w) => {
    const id = await w.make('/v1/holiday-calendars', { country: 'US' });
    return w.later('POST', `/v1/holiday-calendars/${id}/refresh`, {});
  }),
  'DELETE /v1/holiday-calendars/{id}': leaves(['holiday_calendar.deleted'], (w) =>
    Promise.resolve(w.later('DELETE', `/v1/holiday-calendars/${w.world.holidayCalendarId}`)),
  ),
};
