import { describe, expect, it } from 'vitest';
import { taskKinds } from '../../../src/domain/sequence/step.js';
import {
  callOutcomes,
  outcomeProblem,
  ownOutcomeProblems,
  type TaskOutcome,
} from '../../../src/domain/task/outcome.js';

const own: readonly TaskOutcome[] = [
  { id: 'meeting_agreed', name: 'Agreed on a meeting', kinds: ['call', 'linkedin_inmail'] },
  { id: 'accepted', name: 'Accepted', kinds: ['linkedin_connect'] },
];

describe('the outcome of a task', () => {
  it('TSK-11: is one that every account has for calls, or one of its own for the kind', () => {
    for (const { id } of callOutcomes) expect(outcomeProblem(id, 'call', [])).toBeUndefined();
    expect(callOutcomes.map(({ id }) => id)).toEqual([
      ...['connected', 'left_voicemail', 'left_live_message', 'no_answer', 'busy', 'wrong_number'],
    ]);
    expect(outcomeProblem('meeting_agreed', 'call', own)).toBeUndefined();
    expect(outcomeProblem('meeting_agreed', 'linkedin_inmail', own)).toBeUndefined();
    expect(outcomeProblem('accepted', 'linkedin_connect', own)).toBeUndefined();
  });

  it('TSK-11: is refused with the list of what there is for the kind', () => {
    expect(outcomeProblem('sold', 'call', own)).toEqual({
      code: 'unknown_outcome',
      message:
        'There is no such outcome. For tasks of the kind "call" there are connected, left_voicemail, left_live_message, no_answer, busy, wrong_number, meeting_agreed.',
    });
    expect(outcomeProblem('accepted', 'call', own)).toMatchObject({ code: 'not_for_this_kind' });
    expect(outcomeProblem('meeting_agreed', 'call', [])).toMatchObject({ code: 'unknown_outcome' });
  });

  it.each(taskKinds.filter((kind) => kind !== 'call'))(
    'SEQ-06: that of a call is not for a %s, and says where others come from',
    (kind) => {
      const problem = outcomeProblem('connected', kind, []);
      expect(problem?.code).toBe('not_for_this_kind');
      expect(problem?.message).toContain(`no outcomes for tasks of the kind "${kind}"`);
      expect(problem?.message).toContain('"taskOutcomes"');
    },
  );
});

describe('the outcomes of an account', () => {
  const named = (id: string): TaskOutcome => ({ id, name: 'Name', kinds: ['call'] });

  it('have ids of their own, in the form of ids', () => {
    expect(ownOutcomeProblems(own)).toEqual([]);
    const given = ['a', 'A', '_a', 'a b', '', 'busy', 'a', '9-_x'].map(named);
    expect(ownOutcomeProblems(given).map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/1/id', 'bad_id'],
      ['/2/id', 'bad_id'],
      ['/3/id', 'bad_id'],
      ['/4/id', 'bad_id'],
      ['/5/id', 'duplicate_id'],
      ['/6/id', 'duplicate_id'],
    ]);
    const [builtIn, twice] = ownOutcomeProblems(['busy', 'a', 'a'].map(named));
    expect(builtIn?.message).toContain('Every account has this outcome');
    expect(twice?.message).toBe('Another outcome has this id.');
  });
});
