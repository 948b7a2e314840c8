import { describe, expect, it } from 'vitest';
import {
  knownSource,
  sourceKinds,
  sourceOfSelection,
} from '../../../src/domain/enrollment/source.js';
import type { Filter } from '../../../src/domain/segment/filter.js';

describe('where a contact was enrolled from', () => {
  it('ENR-01 ENR-02: is one of the known kinds, with the id of which one', () => {
    for (const kind of sourceKinds) {
      expect(knownSource({ source: kind, sourceId: 'x' })).toEqual({ kind, id: 'x', text: null });
    }
    expect(knownSource({ source: 'api', sourceId: null }).id).toBeNull();
  });

  it('keeps the text of an earlier release', () => {
    expect(knownSource({ source: 'trade fair', sourceId: 'x' })).toEqual({
      kind: 'other',
      id: null,
      text: 'trade fair',
    });
  });

  it('ENR-01 ENR-10: is the list, the company or the filter of a selection', () => {
    const filter: Filter = { field: 'contact.email', operator: 'unknown' };
    expect(sourceOfSelection({ listId: 'l' })).toEqual({ kind: 'list', id: 'l' });
    expect(sourceOfSelection({ companyId: 'c' })).toEqual({ kind: 'company', id: 'c' });
    expect(sourceOfSelection({ filter })).toEqual({ kind: 'filter' });
    expect(sourceOfSelection({ contactIds: ['a'] })).toBeUndefined();
  });
});
