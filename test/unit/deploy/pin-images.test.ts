import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from '../../../tools/production/compose.js';
import { runShell } from '../../support/shell.js';

const files = ['docker-compose.yml', 'Dockerfile'];
/** Answers like `docker buildx imagetools inspect`, with a digest made of the name and of what is given. */
const docker = `#!/usr/bin/env node
const [, , ...words] = process.argv;
const { GIVEN, REFUSED } = process.env;
const image = words.pop();
if (words.join(' ') !== 'buildx imagetools inspect --format {{.Manifest.Digest}}') process.exit(2);
if (image.includes(REFUSED)) process.exit(1);
const { createHash } = require('node:crypto');
console.log('sha256:' + createHash('sha256').update(image + GIVEN).digest('hex'));
`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cadenza-pin-'));
  for (const file of [...files, 'deploy/pin-images.sh']) {
    await cp(join(root, file), join(directory, file), { recursive: true });
  }
  await mkdir(join(directory, 'bin'));
  await writeFile(join(directory, 'bin/docker'), docker);
  await chmod(join(directory, 'bin/docker'), 0o755);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const read = (): Promise<string[]> =>
  Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));

function pin(given: string, refused = 'nobody') {
  const path = `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`;
  return runShell('sh deploy/pin-images.sh', {
    cwd: directory,
    env: { PATH: path, GIVEN: given, REFUSED: refused },
  });
}

const unpin = (text: string): string => text.replaceAll(/@sha256:[0-9a-f]{64}/g, '');
const imagesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^(?: *image:|FROM) (\S+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => /:v?\d/.test(name));
const digestOf = (name: string, given: string): string =>
  createHash('sha256').update(`${name}${given}`).digest('hex');

test('every image gets the digest that the registry has for its version, also another one later', async () => {
  const before = await read();
  for (const given of ['now', 'later']) {
    expect(await pin(given)).toMatchObject({ status: 0 });
    const after = await read();
    expect(after.map(unpin)).toEqual(before.map(unpin));
    const images = after.flatMap(imagesIn);
    expect(images.length).toBeGreaterThan(8);
    for (const image of images) {
      const name = unpin(image);
      expect(image).toBe(`${name}@sha256:${digestOf(name, given)}`);
    }
  }
});

test('nothing is changed when a digest cannot be had', async () => {
  const before = await read();
  expect(await pin('now', 'temporalio/ui')).toMatchObject({ status: 1 });
  expect(await read()).toEqual(before);
});
