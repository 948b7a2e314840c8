import type {
  CaughtMail,
  MailCatcher,
  ReplyStage,
  ReplyRequest,
  Scripted,
} from './mail-catcher.js';

/** What the person behind an address does by itself once a mail has come. */
export type SelfAnswer = 'reply' | 'out_of_office' | 'meeting' | 'unsubscribe';

const answers: ReadonlyMap<string, SelfAnswer> = new Map([
  ['reply', 'reply'],
  ['ooo', 'out_of_office'],
  ['meeting', 'meeting'],
  ['unsubscribe', 'unsubscribe'],
]);

/** Domains that belong to nobody (RFC 2606, RFC 6761): people who are made up for a trial. */
const trialDomain = /(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid)$/i;

/** The word after the last `+` of an address at a trial domain: `ada+ooo@example.com` has `ooo`. */
function wordOf(address: string): string | undefined {
  const [, word, domain = ''] = /\+([^+@]+)@([^@]+)$/.exec(address) ?? [];
  return trialDomain.test(domain) ? word?.toLowerCase() : undefined;
}

/** A script for the mail catcher: an address such as `ada+bounce@example.com` does not exist. */
export function refuseBouncing(stage: ReplyStage, { envelope }: ReplyRequest): Scripted {
  const isBouncing = stage === 'rcpt' && envelope.to.some((to) => wordOf(to) === 'bounce');
  return isBouncing ? { code: 550, text: '5.1.1 No such user here' } : undefined;
}

/** An answer that somebody gives to a mail. */
export interface GivenAnswer {
  readonly answer: SelfAnswer;
  /** Whose it is. */
  readonly address: string;
  readonly mail: CaughtMail;
}

export interface SelfAnsweringOptions {
  readonly mail: MailCatcher;
  /** How long people take, in milliseconds. */
  readonly delayMs: number;
  /** Takes the answer to where it has its effect. */
  readonly give: (answer: GivenAnswer) => Promise<void>;
}

/**
 * Has the people behind `…+reply@`, `…+ooo@`, `…+meeting@` and `…+unsubscribe@` of trial domains answer each mail that the
 * catcher takes from now on. Returns a function that ends this, and waits for the answers that are being given.
 */
export function startSelfAnswering({
  mail,
  delayMs,
  give,
}: SelfAnsweringOptions): () => Promise<void> {
  const waiting = new Set<NodeJS.Timeout>();
  const giving = new Set<Promise<void>>();
  const answerLater = (given: GivenAnswer): void => {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      const work = give(given).finally(() => giving.delete(work));
      giving.add(work);
    }, delayMs);
    waiting.add(timer);
  };
  const end = mail.onMail((caught) => {
    for (const address of caught.envelope.to) {
      const answer = answers.get(wordOf(address) ?? '');
      if (answer !== undefined) answerLater({ answer, address, mail: caught });
    }
  });
  return async () => {
    end();
    for (const timer of waiting) clearTimeout(timer);
    await Promise.allSettled(giving);
  };
}
