import { randomUUID } from 'node:crypto';
import { address, leaves, name, personal, type LogCases } from './walker.js';

/** Contacts and what is kept of them. */
export const contactCases: LogCases = {
  'POST /v1/companies': leaves(['company.created'], (w) =>
    Promise.resolve(w.later('POST', '/v1/companies', { name: name() })),
  ),
  'PUT /v1/companies': leaves(['company.changed'], async (w) => {
    const company = { externalId: name(), name: name() };
    await w.ask('PUT', '/v1/companies', company);
    return w.later('PUT', '/v1/companies', { ...company, name: name() });
  }),
  'PATCH /v1/companies/{id}': leaves(['company.changed'], (w) =>
    Promise.resolve(w.later('PATCH', `/v1/companies/${w.world.companyId}`, { name: name() })),
  ),
  'POST /v1/contacts': leaves(['contact.created', 'contact.company_joined'], (w) =>
    Promise.resolve(
      w.later('POST', '/v1/contacts', { email: address(), companyId: w.world.companyId }),
    ),
  ),
  'PUT /v1/contacts': leaves(['contact.changed'], async (w) => {
    const email = address();
    await w.contact({ email });
    return w.later('PUT', '/v1/contacts', { email, lastName: personal });
  }),
  'PATCH /v1/contacts/{id}': leaves(
    ['contact.changed', 'contact.company_left', 'contact.company_joined'],
    async (w) => {
      const id = await w.contact({ companyId: w.world.companyId });
      const companyId = await w.make('/v1/companies', { name: name() });
      return w.later('PATCH', `/v1/contacts/${id}`, { firstName: `${personal} B.`, companyId });
    },
  ),
  'POST /v1/contacts/bulk': leaves(
    ['contact.created', 'contact.created', 'contact.changed'],
    async (w) => {
      const [email, again] = [address(), address()];
      await w.contact({ email });
      const rows = [
        { email: again },
        { email, lastName: personal },
        { email: again, firstName: personal },
        { email: address() },
      ];
      const body = rows.map((row) => JSON.stringify(row)).join('\n');
      const headers = { 'content-type': 'application/x-ndjson' };
      return w.later('POST', '/v1/contacts/bulk', body, headers);
    },
  ),
  'DELETE /v1/contacts/{id}': leaves(['enrollment.unenrolled', 'contact.erased'], async (w) =>
    w.later('DELETE', `/v1/contacts/${(await w.enrollment()).contactId}`, {}),
  ),
  'DELETE /v1/companies/{id}': leaves(['contact.company_left', 'company.erased'], async (w) => {
    const companyId = await w.make('/v1/companies', { name: name() });
    await w.contact({ companyId });
    return w.later('DELETE', `/v1/companies/${companyId}`);
  }),
  'POST /v1/properties': leaves(['property.created'], (w) =>
    Promise.resolve(
      w.later('POST', '/v1/properties', {
        ...{ object: 'contact', name: 'seats', label: personal, type: 'number' },
      }),
    ),
  ),
  'PATCH /v1/properties/{id}': leaves(['property.changed'], (w) =>
    Promise.resolve(w.later('PATCH', `/v1/properties/${w.world.propertyId}`, { label: name() })),
  ),
  'DELETE /v1/properties/{id}': leaves(['property.deleted'], (w) =>
    Promise.resolve(w.later('DELETE', `/v1/properties/${w.world.propertyId}`)),
  ),
  'POST /v1/lists': leaves(['list.created'], (w) =>
    Promise.resolve(w.later('POST', '/v1/lists', { kind: 'static', name: name() })),
  ),
  'PATCH /v1/lists/{id}': leaves(['list.changed'], (w) =>
    Promise.resolve(w.later('PATCH', `/v1/lists/${w.world.listId}`, { name: name() })),
  ),
  'POST /v1/lists/{id}/convert': leaves(['list.converted'], async (w) => {
    const filter = { field: 'contact.firstName', operator: 'known' };
    const id = await w.make('/v1/lists', { kind: 'active', name: name(), filter });
    return w.later('POST', `/v1/lists/${id}/convert`, {});
  }),
  'POST /v1/lists/{id}/members': leaves(['contact.list_joined', 'contact.list_joined'], async (w) =>
    w.later('POST', `/v1/lists/${w.world.listId}/members`, {
      contacts: [{ id: await w.contact() }, { id: await w.contact() }, { id: w.world.contactId }],
    }),
  ),
  'DELETE /v1/lists/{id}/members/{contactId}': leaves(['contact.list_left'], (w) =>
    Promise.resolve(w.later('DELETE', `/v1/lists/${w.world.listId}/members/${w.world.contactId}`)),
  ),
  'DELETE /v1/lists/{id}': leaves(['list.deleted'], async (w) =>
    w.later('DELETE', `/v1/lists/${await w.make('/v1/lists', { kind: 'static', name: name() })}`),
  ),
  'POST /v1/suppressions': leaves(['suppression.added', 'contact.opted_out'], async (w) => {
    const email = address();
    await w.contact({ email });
    const note = personal;
    return w.later('POST', '/v1/suppressions', { address: email, reason: 'unsubscribed', note });
  }),
  'DELETE /v1/suppressions/{id}': leaves(['suppression.removed'], (w) =>
    Promise.resolve(w.later('DELETE', `/v1/suppressions/${w.world.suppressionId}`)),
  ),
  'POST /v1/events': leaves(['contact.opened'], async (w) =>
    w.later('POST', '/v1/events', {
      ...{ type: 'open', id: randomUUID(), contact: { id: await w.contact() } },
    }),
  ),
};
