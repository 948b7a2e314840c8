import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { root } from './compose.js';
import { runToEnd } from './run-to-end.js';

/** What the last stage of the Dockerfile says. */
export interface Image {
  readonly environment: Readonly<Record<string, string>>;
  readonly copies: readonly Copy[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

interface Copy {
  /** The stage it comes from; none for the repository. */
  readonly stage: string | undefined;
  readonly from: string;
  readonly to: string;
}

export async function readImage(): Promise<Image> {
  const text = await readFile(`${root}/Dockerfile`, 'utf8');
  const lastStage = text.slice(text.lastIndexOf('\nFROM ')).split('\n');
  const linesOf = (instruction: string): readonly string[] =>
    lastStage.flatMap((line) =>
      line.startsWith(`${instruction} `) ? [line.slice(instruction.length + 1)] : [],
    );
  const variables = linesOf('ENV').flatMap((line) => line.split(' '));
  return {
    environment: Object.fromEntries(
      variables.map((pair) => [pair.replace(/=.*/, ''), pair.replace(/^\w+=/, '')]),
    ),
    copies: linesOf('COPY').map(readCopy),
    command: wordsOf(linesOf('CMD')[0]),
    healthcheck: wordsOf(linesOf('HEALTHCHECK')[0]?.replace(/^.* CMD /, '')),
  };
}

/** `["node", "file.js"]`, the only form in which a command is not handed to a shell. */
function wordsOf(text: string | undefined): readonly string[] {
  return z.array(z.string()).parse(JSON.parse(text ?? 'null'));
}

function readCopy(line: string): Copy {
  const [, stage, from, to] = /^(?:--from=(\w+) )?(\S+) (\S+)$/.exec(line) ?? [];
  if (from === undefined || to === undefined) throw new Error(`Dockerfile: COPY ${line}`);
  return { stage, from, to };
}

/**
 * Fills a directory with what the image has in its working directory, made by the commands of the Dockerfile's stages:
 * the build from the sources, and the packages without those of development.
 */
export async function fillLikeImage(image: Image, directory: string): Promise<void> {
  await rm(`${root}/dist`, { recursive: true, force: true });
  await runToEnd('npm', ['run', 'build'], { cwd: root });
  for (const { stage, from, to } of image.copies) {
    const target = resolve(directory, to);
    if (stage === 'packages') {
      await installPackages(directory);
      continue;
    }
    const source = resolve(root, from.replace(/^\/app\//, ''));
    await mkdir(dirname(target), { recursive: true });
    await cp(source, to.endsWith('/') ? resolve(target, from) : target, { recursive: true });
  }
}

async function installPackages(directory: string): Promise<void> {
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    await cp(`${root}/${file}`, `${directory}/${file}`);
  }
  const flags = ['--omit=dev', '--ignore-scripts', '--prefer-offline'];
  await runToEnd('npm', ['ci', ...flags], { cwd: directory });
}
