import { describe, expect, it } from 'vitest';
import {
  overLimit,
  whyIneligible,
  type EligibilityFacts,
} from '../../../src/domain/enrollment/eligibility.js';
import type { SuppressionReason } from '../../../src/domain/enrollment/suppression.js';

const fit: EligibilityFacts = {
  sequence: { deletedAt: null, archivedAt: null, hasSteps: true },
  contact: { address: 'ada@example.com', liveEnrollment: null, suppressions: [] },
  enroller: { hasSeat: true, role: 'member', permissions: ['sequences'], hasMailbox: true },
  sender: { hasSeat: true, hasAccess: true },
  mailbox: { kind: 'personal', state: 'connected', isSenders: true },
  missingTokens: [],
};
const own = { kind: 'personal', state: 'connected', isSenders: true } as const;
const noStep = { stepId: 'sixth', isKnown: false };
const day = '2026-11-24T09:00:00.000Z';
const suppressedBy = (...suppressions: SuppressionReason[]) => ({
  contact: { ...fit.contact, suppressions },
});
const named = { id: 'e1', sequenceId: 's1', sequenceName: 'Outbound' };
const live = { ...named, visible: true };
const missing = { stepId: 'intro', field: 'html', token: 'contact.city' } as const;

describe('eligibility', () => {
  it('ENR-11: any contact with an address can be enrolled', () => {
    expect(whyIneligible(fit)).toBeUndefined();
  });

  it.each<[string, string, Partial<EligibilityFacts>]>([
    ['ENR-03', 'ENROLLER_NOT_ELIGIBLE', { enroller: { ...fit.enroller, hasSeat: false } }],
    ['ENR-06', 'ENROLLER_NOT_ELIGIBLE', { enroller: { ...fit.enroller, permissions: [] } }],
    ['ENR-04', 'ENROLLER_NOT_ELIGIBLE', { enroller: { ...fit.enroller, hasMailbox: false } }],
    ['ERR-07', 'SENDER_NOT_ELIGIBLE', { sender: { ...fit.sender, hasSeat: false } }],
    ['ENR-07 SHR-06 ERR-06', 'SENDER_NO_ACCESS', { sender: { hasSeat: true, hasAccess: false } }],
    ['ERR-07', 'SENDER_NOT_ELIGIBLE', { mailbox: null }],
    ['ENR-05', 'SENDER_NOT_ELIGIBLE', { mailbox: { ...own, kind: 'team' } }],
    ['ERR-07', 'SENDER_NOT_ELIGIBLE', { mailbox: { ...own, state: 'disconnected' } }],
    ['ENR-17', 'SENDER_NOT_ELIGIBLE', { mailbox: { ...own, isSenders: false } }],
    ['ENR-24 ERR-04', 'NO_EMAIL', { contact: { ...fit.contact, address: null } }],
    ['ENR-08 ERR-03', 'ALREADY_ENROLLED', { contact: { ...fit.contact, liveEnrollment: live } }],
    ['ENR-25 ERR-05', 'PREVIOUSLY_BOUNCED', suppressedBy('bounced')],
    ['block list', 'BLOCKED_ADDRESS', suppressedBy('blocked')],
    ['block list', 'BLOCKED_DOMAIN', suppressedBy('blocked_domain')],
    ['opt-out', 'UNSUBSCRIBED', suppressedBy('unsubscribed')],
    ['opt-out', 'UNSUBSCRIBED_PERSONAL', suppressedBy('unsubscribed_personal')],
    ['complaint', 'MARKED_AS_SPAM', suppressedBy('marked_as_spam')],
    ['several', 'UNSUBSCRIBED', suppressedBy('bounced', 'blocked', 'unsubscribed')],
    ['ENR-14 ERR-09', 'MISSING_TOKENS', { missingTokens: [missing] }],
    ['deleted', 'SEQUENCE_NOT_ACTIVE', { sequence: { ...fit.sequence, deletedAt: day } }],
    ['archived', 'SEQUENCE_NOT_ACTIVE', { sequence: { ...fit.sequence, archivedAt: day } }],
    ['ENR-13', 'STEP_NOT_FOUND', { sequence: { ...fit.sequence, start: noStep } }],
    ['nothing to run', 'SEQUENCE_EMPTY', { sequence: { ...fit.sequence, hasSteps: false } }],
  ])('%s: refuses with %s', (_rule, code, facts) => {
    const refusal = whyIneligible({ ...fit, ...facts });
    expect(refusal?.code).toBe(code);
    expect(refusal?.detail).toMatch(/\w{3}/);
  });

  it('ERR-01: says when the next email can go out, and in how many seconds at least one', () => {
    const nextSlotAt = '2026-11-24T09:00:01.200Z';
    const late = overLimit({ limit: 'user_day', nextSlotAt }, day, 'America/New_York');
    expect(late).toMatchObject({ code: 'SEND_LIMIT', retryAfter: 2, nextSlotAt });
    expect(late.detail).toBe(
      'The sender has sent or reserved all the emails of 24 hours; the next email can go out on Tue 24 Nov 2026 04:00 New York. Enroll again then, or with "onLimit": "defer".',
    );
    const full = overLimit({ limit: 'mailbox_day', nextSlotAt: day }, day, 'UTC');
    expect(full).toMatchObject({ limit: 'mailbox_day', retryAfter: 1 });
    expect(full.detail).toMatch(/^The mailbox has sent or reserved/);
  });

  it('ENR-09: names the enrollment that must be ended first', () => {
    const contact = { ...fit.contact, liveEnrollment: live };
    const refusal = whyIneligible({ ...fit, contact });
    expect(refusal).toMatchObject({ enrollment: named });
    expect(refusal?.detail).toContain('in the sequence "Outbound" (enrollment e1)');
  });

  it('ENR-09 SHR-04: says nothing of a sequence that the enroller may not know of', () => {
    const contact = { ...fit.contact, liveEnrollment: { ...live, visible: false } };
    const refusal = whyIneligible({ ...fit, contact });
    expect(refusal?.code).toBe('ALREADY_ENROLLED');
    expect(refusal?.detail).toContain('Somebody who may see it must unenroll it there first.');
    expect(JSON.stringify(refusal)).not.toMatch(/Outbound|e1|s1/);
  });

  it('SHR-07: an admin has the right to enroll without being given it', () => {
    const enroller = { ...fit.enroller, role: 'admin', permissions: [] } as const;
    expect(whyIneligible({ ...fit, enroller })).toBeUndefined();
  });

  it('ENR-13: a chosen start that the sequence has is no obstacle', () => {
    const start = { stepId: 'second', isKnown: true };
    expect(whyIneligible({ ...fit, sequence: { ...fit.sequence, start } })).toBeUndefined();
    const gone = { ...fit.sequence, start: noStep };
    const refusal = whyIneligible({ ...fit, sequence: gone });
    expect(refusal).toMatchObject({ pointer: '/startStepId' });
    expect(refusal?.detail).toContain('"sixth"');
  });

  it('ENR-15: lists every missing token with its place', () => {
    const tokens = [missing, { ...missing, field: 'subject' as const, token: 'company.size' }];
    const refusal = whyIneligible({ ...fit, missingTokens: tokens });
    expect(refusal).toMatchObject({ missingTokens: tokens });
    expect(refusal?.detail).toContain('contact.city, company.size');
    const twice = whyIneligible({ ...fit, missingTokens: [missing, missing] });
    expect(twice?.detail).toContain('No value for contact.city: fill');
  });
});
