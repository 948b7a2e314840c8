import { address, leaves, name, personal, smtp, type LogCases } from './walker.js';

const user = () => ({ email: address(), name: personal, timeZone: 'UTC' });

/** The account, its users, teams and mailboxes. */
export const peopleCases: LogCases = {
  'PATCH /v1/account': leaves(['account.changed'], async (w) =>
    Promise.resolve(w.later('PATCH', '/v1/account', { limits: { mailboxPerMinute: 1000 } })),
  ),
  'POST /v1/account/pause': leaves(['account.paused', 'enrollment.paused'], (w) =>
    Promise.resolve(w.later('POST', '/v1/account/pause', {})),
  ),
  'POST /v1/account/resume': leaves(['account.resumed', 'enrollment.resumed'], (w) =>
    Promise.resolve(w.later('POST', '/v1/account/resume', {})),
  ),
  'POST /v1/api-keys': leaves(['api_key.created'], (w) =>
    Promise.resolve(w.later('POST', '/v1/api-keys', { name: name(), scopes: ['write'] })),
  ),
  'POST /v1/api-keys/{id}/rotate': leaves(['api_key.created', 'api_key.rotated'], (w) =>
    Promise.resolve(w.later('POST', `/v1/api-keys/${w.world.apiKeyId}/rotate`, {})),
  ),
  'DELETE /v1/api-keys/{id}': leaves(['api_key.revoked'], (w) =>
    Promise.resolve(w.later('DELETE', `/v1/api-keys/${w.world.apiKeyId}`, {})),
  ),
  'POST /v1/users': leaves(['user.created'], (w) =>
    Promise.resolve(w.later('POST', '/v1/users', user())),
  ),
  'PUT /v1/users': leaves(['user.changed'], async (w) => {
    const known = user();
    await w.ask('PUT', '/v1/users', known);
    return w.later('PUT', '/v1/users', { ...known, role: 'admin' });
  }),
  'PATCH /v1/users/{id}': leaves(['user.changed'], async (w) =>
    w.later('PATCH', `/v1/users/${await w.user()}`, { name: `${personal} B.` }),
  ),
  'POST /v1/users/{id}/deactivate': leaves(['user.deactivated'], async (w) =>
    w.later('POST', `/v1/users/${await w.user()}/deactivate`, {}),
  ),
  'POST /v1/users/{id}/reactivate': leaves(['user.reactivated'], async (w) => {
    const id = await w.user();
    await w.ask('POST', `/v1/users/${id}/deactivate`, {});
    return w.later('POST', `/v1/users/${id}/reactivate`);
  }),
  'DELETE /v1/users/{id}': leaves(['user.erased'], async (w) => {
    const id = await w.user();
    await w.ask('POST', `/v1/users/${id}/deactivate`, {});
    return w.later('DELETE', `/v1/users/${id}`);
  }),
  'POST /v1/users/{id}/absences': leaves(['user.absence_added'], async (w) =>
    w.later('POST', `/v1/users/${await w.user()}/absences`, {
      firstOn: '2030-12-24',
      lastOn: '2030-12-31',
    }),
  ),
  'DELETE /v1/users/{id}/absences/{absenceId}': leaves(['user.absence_removed'], (w) =>
    Promise.resolve(w.later('DELETE', `/v1/users/${w.world.userId}/absences/${w.world.absenceId}`)),
  ),
  'POST /v1/teams': leaves(['team.created'], (w) =>
    Promise.resolve(w.later('POST', '/v1/teams', { name: name(), memberIds: [w.world.userId] })),
  ),
  'PUT /v1/teams': leaves(['team.created'], (w) =>
    Promise.resolve(w.later('PUT', '/v1/teams', { name: name(), memberIds: [w.world.userId] })),
  ),
  'PATCH /v1/teams/{id}': leaves(['team.changed'], (w) =>
    Promise.resolve(w.later('PATCH', `/v1/teams/${w.world.teamId}`, { name: name() })),
  ),
  'PUT /v1/teams/{id}/members': leaves(['team.changed'], async (w) =>
    w.later('PUT', `/v1/teams/${w.world.teamId}/members`, { memberIds: [await w.user()] }),
  ),
  'PUT /v1/teams/{id}/members/{userId}': leaves(['team.changed'], async (w) =>
    w.later('PUT', `/v1/teams/${w.world.teamId}/members/${await w.user()}`),
  ),
  'DELETE /v1/teams/{id}/members/{userId}': leaves(['team.changed'], async (w) => {
    const member = `/v1/teams/${w.world.teamId}/members/${await w.user()}`;
    await w.ask('PUT', member);
    return w.later('DELETE', member);
  }),
  'DELETE /v1/teams/{id}': leaves(['team.deleted'], async (w) =>
    w.later('DELETE', `/v1/teams/${await w.make('/v1/teams', { name: name() })}`),
  ),
  'POST /v1/mailboxes': leaves(['mailbox.created'], async (w) =>
    w.later('POST', '/v1/mailboxes', { userId: await w.user(), address: address(), smtp }),
  ),
  'PUT /v1/mailboxes': leaves(['mailbox.changed'], async (w) => {
    const mailbox = { userId: await w.user(), address: address(), smtp };
    await w.make('/v1/mailboxes', mailbox);
    return w.later('PUT', '/v1/mailboxes', { ...mailbox, displayName: name() });
  }),
  'PATCH /v1/mailboxes/{id}': leaves(['mailbox.changed'], (w) =>
    Promise.resolve(
      w.later('PATCH', `/v1/mailboxes/${w.world.mailboxId}`, { limits: { perDay: 17 } }),
    ),
  ),
};
