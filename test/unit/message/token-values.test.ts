import { describe, expect, it } from 'vitest';
import { tokenValues } from '../../../src/domain/message/token-values.js';

const sender = { name: 'Nora Lind', email: 'nora@northlight.example' };
const account = { placeholdersAreValues: false };
const contact = {
  firstName: 'Ada',
  lastName: null,
  email: 'ada@acme.example',
  properties: { seats: 12, isLead: true, firstName: 'a property' },
};

describe('what tokens stand for (SEQ-27)', () => {
  it('a fixed field wins over a property of the same name', () => {
    const company = {
      name: 'Acme',
      domain: 'acme.example',
      properties: { name: 'x', tier: 'gold' },
    };
    expect(tokenValues(contact, company, sender, account)).toEqual({
      'contact.firstName': 'Ada',
      'contact.lastName': null,
      'contact.email': 'ada@acme.example',
      'contact.seats': '12',
      'contact.isLead': 'true',
      'company.name': 'Acme',
      'company.domain': 'acme.example',
      'company.tier': 'gold',
      'sender.name': 'Nora Lind',
      'sender.email': 'nora@northlight.example',
    });
  });

  it('without a company, or a domain of it, there is no value', () => {
    const none = { 'company.name': null, 'company.domain': null };
    expect(tokenValues(contact, null, sender, account)).toMatchObject(none);
    const company = { name: 'Acme', domain: null, properties: {} };
    expect(tokenValues(contact, company, sender, account)).toMatchObject({
      'company.name': 'Acme',
      'company.domain': null,
    });
  });
});
