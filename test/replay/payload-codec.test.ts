import { beforeAll, describe, expect, test } from 'vitest';
import type { PayloadCodec } from '@temporalio/common';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { exampleCodec } from '../support/example-codec.js';
import { historyNames, presentBundle, replay } from '../support/replay.js';

const names = await historyNames();

describe('histories that are plain, read with a payload codec', () => {
  let bundle: WorkflowBundleOption;
  let codec: PayloadCodec;
  beforeAll(async () => {
    bundle = await presentBundle();
    codec = await exampleCodec();
  });

  test('there are some', () => {
    expect(names.length).toBeGreaterThan(40);
  });

  test.each(names)('%s', (name) => replay(bundle, name, { payloadCodecs: [codec] }));
});
