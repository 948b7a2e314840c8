import type { SearchAttributeType } from '@temporalio/common';
import { searchAttributes } from '../contract/search-attributes.js';
import { openTemporalClient, type TemporalTarget } from './connect.js';

/** The types' numbers in Temporal's API. */
const typeNumbers: Readonly<Record<SearchAttributeType, number>> = {
  TEXT: 1,
  KEYWORD: 2,
  INT: 3,
  DOUBLE: 4,
  BOOL: 5,
  DATETIME: 6,
  KEYWORD_LIST: 7,
};

/** Registers the search attributes that the namespace lacks. Rejects when the server is not there or does not allow it. */
export async function ensureSearchAttributes(target: TemporalTarget = {}): Promise<void> {
  const temporal = openTemporalClient(target);
  const { client, namespace } = temporal;
  try {
    const { operatorService } = client.connection;
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const missing = Object.values(searchAttributes).filter(
      ({ name }) => !(name in customAttributes),
    );
    if (missing.length === 0) return;
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map(({ name, type }) => [name, typeNumbers[type]]),
      ),
    });
  } finally {
    await temporal.stop();
  }
}
