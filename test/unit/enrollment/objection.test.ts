import { describe, expect, it } from 'vitest';
import { messageTypes } from '../../../src/domain/enrollment/message.js';
import { objectionTo, type Position } from '../../../src/domain/enrollment/objection.js';
import { liveStates, type EnrollmentReason } from '../../../src/domain/enrollment/state.js';

const until = '2026-12-01T10:00:00.000Z';
const at = (state: Position['state'], reason: EnrollmentReason | null = null): Position => ({
  state,
  reason,
});
const paused = (reason: EnrollmentReason, pausedUntil?: string | null): Position => ({
  ...at('paused', reason),
  ...(pausedUntil !== undefined && { pausedUntil }),
});

describe('whether a live enrollment takes a message', () => {
  it('5.7: takes a pause unless it is paused already', () => {
    for (const state of ['scheduled', 'active', 'waiting_task'] as const) {
      expect(objectionTo({ type: 'pause' }, at(state))).toBeUndefined();
    }
    expect(objectionTo({ type: 'pause' }, paused('manual'))).toBe('it is paused already');
  });

  it('a person may take over an automatic pause, and give their own another end', () => {
    expect(objectionTo({ type: 'pause' }, paused('out_of_office'))).toBeUndefined();
    expect(objectionTo({ type: 'pause', until }, paused('manual', null))).toBeUndefined();
    expect(objectionTo({ type: 'pause' }, paused('manual', until))).toBeUndefined();
    expect(objectionTo({ type: 'pause', until }, paused('manual', until))).toBe(
      'it is paused already',
    );
    expect(objectionTo({ type: 'pause' }, paused('manual', null))).toBe('it is paused already');
  });

  it('5.1: an uncertain send is looked into first: no pause takes its place, nothing resumes it', () => {
    const uncertain = paused('send_uncertain');
    expect(objectionTo({ type: 'pause', until }, uncertain)).toBe('it is paused already');
    expect(objectionTo({ type: 'resume' }, uncertain)).toContain('look into the mailbox');
  });

  it('5.7: is resumed only from a pause of its own', () => {
    expect(objectionTo({ type: 'resume' }, at('active'))).toBe('it is not paused');
    expect(objectionTo({ type: 'resume' }, paused('manual'))).toBeUndefined();
    expect(objectionTo({ type: 'resume' }, paused('sequence_paused'))).toContain(
      'POST /v1/sequences/{id}/resume',
    );
    expect(objectionTo({ type: 'resume' }, paused('account_paused'))).toContain(
      'POST /v1/account/resume',
    );
  });

  it('TSK-11: completes a task while it waits for one, or may have before a pause', () => {
    const complete = (state: Position['state']) => objectionTo({ type: 'completeTask' }, at(state));
    expect(liveStates.map(complete)).toEqual([
      'it does not wait for a task',
      'it does not wait for a task',
      undefined,
      undefined,
    ]);
  });

  it('skips the step that it is at, and no other that is named', () => {
    const standing = { ...at('active'), step: { id: 'two' } };
    const skip = (stepId: string | undefined, position: Position) =>
      objectionTo({ type: 'skipStep', stepId }, position);
    expect(skip('three', standing)).toBe('it is at the step "two"');
    expect([skip('two', standing), skip(undefined, standing)]).toEqual([undefined, undefined]);
    expect(skip('three', at('active'))).toBeUndefined();
  });

  it('takes every other message in every live state', () => {
    const others = messageTypes.filter((t) => !['pause', 'resume', 'completeTask'].includes(t));
    for (const type of others) {
      for (const state of liveStates) expect(objectionTo({ type }, at(state))).toBeUndefined();
    }
  });
});
