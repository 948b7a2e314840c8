/** One line of the result: a measured value beside the baseline of the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number;
  /** `value / baseline`; of repeated rounds the median of the rounds' ratios. */
  readonly ratio: number;
  /** What is aimed at, in words; null where the figure is there for comparison only. */
  readonly aim: string | null;
  /** Whether the aim is met; null where there is none. */
  readonly ok: boolean | null;
  /** How far the rounds lie apart, least to most. */
  readonly spread: Spread;
}

interface Spread {
  readonly value: Range;
  readonly baseline: Range;
  readonly ratio: Range;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

/** One round: what was measured, and its baseline measured right before or after it. */
export interface Round {
  readonly value: number;
  readonly baseline: number;
}

export interface Aim {
  readonly text: string;
  readonly met: (median: Round & { readonly ratio: number }) => boolean;
}

/** Sums rounds up to a figure, by their medians. */
export function figureOf(
  about: { readonly name: string; readonly unit: string; readonly aim?: Aim },
  rounds: readonly Round[],
): Figure {
  const values = rounds.map(({ value }) => value);
  const baselines = rounds.map(({ baseline }) => baseline);
  const ratios = rounds.map(({ value, baseline }) => value / baseline);
  const result = { value: median(values), baseline: median(baselines), ratio: median(ratios) };
  return {
    name: about.name,
    unit: about.unit,
    ...result,
    aim: about.aim?.text ?? null,
    ok: about.aim?.met(result) ?? null,
    spread: { value: rangeOf(values), baseline: rangeOf(baselines), ratio: rangeOf(ratios) },
  };
}

/** A figure as one entry of the JSON file. */
export function toJson({ name, unit, aim, ok, ...figure }: Figure): Omit<Figure, 'spread'> {
  return {
    name,
    value: rounded(figure.value),
    unit,
    baseline: rounded(figure.baseline),
    ratio: rounded(figure.ratio),
    aim,
    ok,
  };
}

/** A figure as lines for people. */
export function describeFigure({ name, unit, spread, ...figure }: Figure): string {
  const part = (label: string, middle: number, range: Range, measure: string): string =>
    `    ${label.padEnd(9)}${format(middle).padStart(9)} ${measure.padEnd(16)} ${format(range.least)} – ${format(range.most)}`;
  const verdict = figure.ok === null ? '' : figure.ok ? 'met' : 'MISSED';
  return [
    name,
    part('value', figure.value, spread.value, unit),
    part('baseline', figure.baseline, spread.baseline, unit),
    part('ratio', figure.ratio, spread.ratio, ''),
    ...(figure.aim === null ? [] : [`    aim      ${figure.aim}: ${verdict}`]),
  ].join('\n');
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('no values');
  return (upper + lower) / 2;
}

/** The value that the given part of all values, from 0 to 1, does not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  if (found === undefined) throw new RangeError('no values');
  return found;
}

function rangeOf(values: readonly number[]): Range {
  return { least: Math.min(...values), most: Math.max(...values) };
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

function format(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 });
}
