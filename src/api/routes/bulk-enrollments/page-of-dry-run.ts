import { z } from 'zod';
import { listItems } from '../../../db/queries/bulk-enrollment-items.js';
import type { BulkRow } from '../../../db/queries/bulk-enrollments.js';
import type { Act } from '../../../usecases/act.js';
import { dryRunBulk } from '../../../usecases/bulk/dry-run.js';
import { defaultLimit, readCursor } from '../../http/cursor.js';
import { readPage } from '../../http/read-page.js';
import { showTriedItem, type dryRunPage } from '../../shapes/bulk-enrollment.js';
import { showPauses } from '../../shapes/pauses.js';

const position = z.strictObject({ index: z.string().regex(/^\d{1,9}$/) });

/** Which contacts of a batch are tried, and what the cursor is bound to. */
interface Asked {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  readonly list: string;
  readonly query?: Readonly<Record<string, unknown>>;
}

/** What confirming a locked draft would come to, one page of its contacts at a time. */
export async function pageOfDryRun(
  act: Act,
  draft: BulkRow,
  { limit = defaultLimit, after, list, query = {} }: Asked,
): Promise<z.input<typeof dryRunPage>> {
  const identity = { accountId: act.accountId, list, query };
  const page = await readPage({
    ...{ identity, limit, rowsAtOnce: 10 },
    after: readCursor(position, identity, after),
    read: (rows, from) =>
      listItems(
        act.tx,
        draft,
        {},
        {
          ...{ limit: rows, after: from && Number(from.index), open: true },
        },
      ),
    positionOf: ({ row }) => ({ index: String(row.index) }),
    show: (item) => item,
  });
  const { pauses, results } = await dryRunBulk(act, draft, page.results);
  return {
    version: draft.version,
    pauses: showPauses(pauses),
    unknownContacts: [],
    results: results.map(showTriedItem),
    paging: page.paging,
  };
}
