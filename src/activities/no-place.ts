import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { ActivityDeps } from './deps.js';
import type { MailCaps } from './places.js';

/** All places are taken: whoever is in a transaction rolls it back, so that nothing is held while it waits. */
export class NoPlace extends Error {
  override readonly name = 'NoPlace';
  readonly waitMs: number;

  constructor(message: string, waitMs: number) {
    super(message);
    this.waitMs = waitMs;
  }
}

const whose: Readonly<Record<keyof MailCaps, string>> = {
  accountAtHost: 'host in its account',
  host: 'host',
  mailbox: 'mailbox',
  account: 'account',
};

/** No place for a mail: all are taken by others of the same mail server, mailbox or account. */
export function noPlaceWith(whom: keyof MailCaps, waitMs: number): NoPlace {
  return new NoPlace(
    `as many mails of its ${whose[whom]} are being sent as may be at once`,
    waitMs,
  );
}

const noPlaceType = 'NoPlace';
const longestInPlaceMs = 500;
const shortestRetryMs = 250;

/**
 * Claims, and where there is no place for the mail waits for a moment, or else fails this attempt until its turn has come: a
 * place that is long in coming must not hold a slot of the worker. Many that wait cost Postgres little.
 */
export async function claimWithPlace<T>(
  { mailPlaces }: Pick<ActivityDeps, 'mailPlaces'>,
  mailId: string,
  claim: () => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  for (;;) {
    try {
      const full = mailPlaces.stillFull(mailId);
      if (full) throw noPlaceWith(full.by, full.waitMs);
      return await claim();
    } catch (error) {
      if (!(error instanceof NoPlace)) throw error;
      if (performance.now() - begun + error.waitMs > longestInPlaceMs) throw noPlaceYet(error);
      await delay(error.waitMs);
    }
  }
}

/** How long an attempt whose mail found no place is to wait, in milliseconds; undefined for one that failed otherwise. */
export function waitForPlace(error: unknown): number | undefined {
  if (!(error instanceof ApplicationFailure) || error.type !== noPlaceType) return undefined;
  const waitMs: unknown = error.nextRetryDelay;
  return typeof waitMs === 'number' ? waitMs : undefined;
}

/** Fails an attempt until its turn has come, without a warning: nothing is wrong. */
export function noPlaceYet({ message, waitMs }: NoPlace): ApplicationFailure {
  return ApplicationFailure.create({
    type: noPlaceType,
    message,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(shortestRetryMs, Math.ceil(waitMs)),
  });
}
