import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tx } from '../../../src/db/client.js';
import { findSequence } from '../../../src/db/queries/sequences.js';
import { findUser } from '../../../src/db/queries/users.js';
import { logEntries, enrollments, sendSlots } from '../../../src/db/schema/index.js';
import { checkChoices } from '../../../src/usecases/enrollment/check-choices.js';
import { enrollContact } from '../../../src/usecases/enrollment/enroll-contact.js';
import {
  judgeEnrollments,
  type Judgement,
} from '../../../src/usecases/enrollment/judge-enrollment.js';
import type {
  EnrollingContext,
  EnrollmentRequest,
} from '../../../src/usecases/enrollment/request.js';
import { startApi, type TestApi } from '../../support/api.js';
import { callStep, emailStep } from '../../support/sequences.js';
import { createWorld, type World } from '../../support/world.js';

const now = '2026-11-26T22:00:00.000Z';

describe('judging an enrollment without enrolling', () => {
  let api: TestApi;
  let world: World;
  const as = { 'cadenza-user': 'ada', 'if-match': '*' };

  beforeAll(async () => {
    api = await startApi({ now: () => now, capabilities: ['linkedin_sales_navigator'] });
    world = await createWorld(api);
  });
  afterAll(() => api.close());

  const make = async (path: string, body: object): Promise<string> => {
    const answer = await world.request('POST', path, body, as);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.id;
  };
  const contact = (fields: object = {}): Promise<string> =>
    make('/v1/contacts', { email: `${randomUUID()}@contact.example`, ...fields });
  const sequence = (steps: readonly object[] = [emailStep('one', 0), emailStep('two', 2)]) =>
    make('/v1/sequences', { name: 'Two', steps });
  /** Something that is done in one transaction by the person who enrolls. */
  const within = <T>(act: (context: EnrollingContext) => Promise<T>): Promise<T> =>
    api.db.transaction(async (tx: Tx) => {
      const { accountId } = world;
      const enroller = await findUser(tx, accountId, { id: world.userId });
      if (enroller === undefined) throw new Error('no enroller');
      const actor = { kind: 'user', id: enroller.id } as const;
      return act({ tx, accountId, now, actor, cause: { kind: 'request' }, enroller });
    });
  const judged = (request: EnrollmentRequest): Promise<Judgement> =>
    within(async (context) => {
      const { contact, ...common } = request;
      if ('named' in contact) throw new Error('a body does not name so');
      const judgements = await judgeEnrollments(context, common, [contact]);
      if ('kind' in judgements) return judgements;
      const [judgement] = judgements;
      if (judgement === undefined) throw new Error('not judged');
      return judgement;
    });
  const enrolled = (request: EnrollmentRequest) =>
    within((context) => enrollContact(context, request));
  const rows = () =>
    Promise.all([
      api.db.$count(enrollments),
      api.db.$count(logEntries, eq(logEntries.subject, 'enrollment')),
      api.db.$count(sendSlots),
    ]);
  const asked = (fields: Partial<EnrollmentRequest> & { sequenceId: string }) => ({
    contact: { id: world.contactId },
    source: { kind: 'api' as const },
    onLimit: 'refuse' as const,
    ...fields,
  });

  it('says how it would begin, in what zone, from which mailbox, and writes nothing', async () => {
    const before = await rows();
    const sequenceId = await sequence();
    const request = asked({ sequenceId, contact: { id: await contact() } });
    const judgement = await judged(request);
    if (judgement.kind !== 'eligible') throw new Error(judgement.refusal.detail);
    expect(judgement.standing).toMatchObject({ state: 'active', stepId: 'one', nextAt: now });
    expect(judgement.prospect).toMatchObject({
      timeZone: 'Europe/London',
      mailbox: { id: world.mailboxId },
      missingTokens: [],
    });
    expect(await rows()).toEqual(before);
    const result = await enrolled(request);
    if (result.kind !== 'enrolled') throw new Error(result.refusal.detail);
    expect(result.listing.row).toMatchObject(judgement.standing);
  });

  it('refuses for the reason that enrolling gives, with what it would run', async () => {
    const live = asked({ sequenceId: await sequence() });
    const nobody = asked({ sequenceId: world.sequenceId, contact: { id: randomUUID() } });
    const homeless = asked({
      sequenceId: world.sequenceId,
      contact: { id: await contact({ email: null }) },
    });
    for (const [request, code] of [
      [live, 'ALREADY_ENROLLED'],
      [nobody, 'NOT_FOUND'],
      [homeless, 'NO_EMAIL'],
      [{ ...live, startStepId: 'three' }, 'STEP_NOT_FOUND'],
      [{ ...live, tokenValues: { nonsense: 'x' } }, 'VALIDATION_FAILED'],
    ] as const) {
      const judgement = await judged(request);
      expect(judgement).toMatchObject({ kind: 'refused', refusal: { code } });
      const refusal = 'refusal' in judgement ? judgement.refusal : undefined;
      expect(await enrolled(request)).toEqual({ kind: 'refused', refusal });
    }
    const judgement = await judged(live);
    expect(judgement.prospect?.definition.steps).toHaveLength(2);
  });

  it('a refusal leaves the transaction as good as before, for the next of a batch', async () => {
    const sequenceId = await sequence();
    const free = asked({ sequenceId, contact: { id: await contact() } });
    const kinds = await within(async (context) => [
      (await enrollContact(context, asked({ sequenceId }))).kind,
      (await enrollContact(context, free)).kind,
      (await enrollContact(context, free)).kind,
    ]);
    expect(kinds).toEqual(['refused', 'enrolled', 'refused']);
  });

  describe('choices that were checked before', () => {
    const left = [emailStep('intro', 0), emailStep('closing', 1)];
    const steps = { 'follow-up': { delayDays: 5 }, closing: { html: '<p class="x">Own</p>' } };
    const four = [...left, emailStep('follow-up', 2, 'intro'), callStep('call', 1)];
    /** Checked against four steps, of which an edit leaves two. */
    const stored = async (start: object) => {
      const sequenceId = await sequence(four);
      const checked = await within(async (context) => {
        const found = await findSequence(context.tx, context.accountId, sequenceId);
        if (found === undefined) throw new Error('no sequence');
        return checkChoices(context, found.definition, { steps, ...start });
      });
      if (checked.kind !== 'checked') throw new Error(checked.refusal.detail);
      await world.request('PUT', `/v1/sequences/${sequenceId}`, { name: 'Two', steps: left }, as);
      const kept: unknown = JSON.parse(JSON.stringify(checked));
      expect(kept).toEqual(checked);
      return asked({ sequenceId, contact: { id: await contact() }, checked });
    };

    it('are laid over the version that there is by then; for a step that is gone they are without effect', async () => {
      const result = await enrolled(await stored({}));
      if (result.kind !== 'enrolled') throw new Error(result.refusal.detail);
      expect(result.listing.definition.steps).toMatchObject([
        { id: 'intro', delayDays: 0 },
        { id: 'closing', delayDays: 1, email: { html: '<p>Own</p>' } },
      ]);
    });

    it('ENR-13: refuse when the step to start at is gone', async () => {
      const result = await enrolled(await stored({ startStepId: 'call' }));
      expect(result).toMatchObject({
        refusal: { code: 'STEP_NOT_FOUND', pointer: '/startStepId' },
      });
    });

    it('SET-13: begin at once when the chosen time has passed meanwhile', async () => {
      const request = await stored({ firstStepAt: '2026-11-26T23:00:00.000Z' });
      const late = '2026-11-27T09:00:00.000Z';
      const result = await within((context) => enrollContact({ ...context, now: late }, request));
      if (result.kind !== 'enrolled') throw new Error(result.refusal.detail);
      expect(result.listing.row).toMatchObject({ state: 'active', nextAt: late });
    });
  });
});
