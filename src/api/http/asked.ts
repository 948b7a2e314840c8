import type { Response } from 'express';

const key = 'asked';

/** Notes what a request asks for, in words: the summary of its operation. */
export function noteAsked(response: Response, summary: string): void {
  const { locals }: { locals: Record<string, unknown> } = response;
  locals[key] = summary;
}

/** What the request that this response answers asks for; undefined where no operation was found. */
export function askedOf(response: Response): string | undefined {
  const { locals }: { locals: Record<string, unknown> } = response;
  const asked = locals[key];
  return typeof asked === 'string' ? asked : undefined;
}
