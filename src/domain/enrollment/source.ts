import type { Selection } from '../segment/selection.js';

/**
 * Where a contact can be enrolled from (ENR-01, ENR-02, ENR-10). Companies, deals, tickets and custom objects enroll only
 * through a contact: the source says on which record that contact was chosen.
 */
export const sourceKinds = [
  'api',
  'sequence',
  'record',
  'contacts_index',
  'list',
  'filter',
  'company',
  'deal',
  'ticket',
  'custom_object',
  'automation',
  'workflow',
  'bulk',
  'import',
  'chrome_extension',
  'outlook_extension',
  'office365_extension',
] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Where a contact was enrolled from, such as a list with its id. */
export interface EnrollmentSource {
  readonly kind: SourceKind;
  /** The id of the source within its kind: one of ours, or of the caller's. */
  readonly id?: string | undefined;
}

/** A source as it is stored: earlier releases took any text, which names no kind but must not be lost. */
export type KnownSource =
  | { readonly kind: SourceKind; readonly id: string | null; readonly text: null }
  | { readonly kind: 'other'; readonly id: null; readonly text: string };

/** Reads a stored source: its kind, or the text of an earlier release. */
export function knownSource(kept: {
  readonly source: string;
  readonly sourceId: string | null;
}): KnownSource {
  const kind = sourceKinds.find((each) => each === kept.source);
  if (kind === undefined) return { kind: 'other', id: null, text: kept.source };
  return { kind, id: kept.sourceId, text: null };
}

/** The source of contacts that come from a selection; undefined when it names them one by one. */
export function sourceOfSelection(selection: Selection): EnrollmentSource | undefined {
  if ('listId' in selection) return { kind: 'list', id: selection.listId };
  if ('companyId' in selection) return { kind: 'company', id: selection.companyId };
  return 'filter' in selection ? { kind: 'filter' } : undefined;
}
