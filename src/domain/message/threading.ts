/** The earlier email that a step replies to, as it was sent. Ids carry their angle brackets. */
export interface ThreadParent {
  /** The Message-ID we gave it. */
  readonly messageId: string;
  /** The id the server put in its place, when it told us: the one the recipient saw. */
  readonly serverMessageId?: string;
  /** Its own References, oldest first. */
  readonly references: readonly string[];
  /** Its own In-Reply-To, used only when it has no References. */
  readonly inReplyTo?: string;
  /** Its subject as rendered and sent, never the template's. */
  readonly subject: string;
}

/** The threading headers of one email. Ids carry their angle brackets. */
export interface ThreadHeaders {
  readonly inReplyTo?: string;
  /** Oldest first, each id once, at most 50; empty for a new thread. */
  readonly references: readonly string[];
  readonly subject: string;
}

const maxReferences = 50;
const idForm = /^<[!-;=?-~]{1,996}>$/;

// "Re:" as mail programs of other languages write it, with Outlook's and older programs' counters: "Re[2]:", "AW(3):".
const replyPrefix =
  /^\s*(?:re|aw|antw|antwort|sv|vs|odp|res|rif|r|rv|ynt|atb|vá|отв|ответ|回复|回覆|答复|答覆|返信)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]/iu;

/**
 * The headers that put an email into its thread (SEQ-09, SEQ-10; RFC 5322 3.6.4).
 *
 * Without a parent it opens a thread under its own subject. With one it answers the id that the recipient saw, carries
 * the parent's whole chain (above 50 ids the middle goes, the first and the newest stay), and takes over the parent's
 * rendered subject with "Re: " before it, once: a subject that already bears a reply prefix, in any known language, stays
 * as it is. The step's own subject is then ignored, since a changed subject breaks the thread in Gmail.
 *
 * Ids that are none (white space, no angle brackets) are left out, so that no stored text can inject a header.
 * Throws RangeError when the parent's own id is none: that row was never sent.
 */
export function threadHeaders(ownSubject: string, parent?: ThreadParent): ThreadHeaders {
  if (parent === undefined) return { references: [], subject: ownSubject };
  const seenId = [parent.serverMessageId, parent.messageId].find(isMessageId);
  if (seenId === undefined) throw new RangeError("the parent's Message-ID is none");
  const earlier = parent.references.filter(isMessageId);
  const start = earlier.length > 0 ? earlier : [parent.inReplyTo].filter(isMessageId);
  const chain = [...new Set(start.filter((id) => id !== seenId)), seenId];
  return {
    inReplyTo: seenId,
    references: withoutMiddle(chain),
    subject: replySubject(parent.subject),
  };
}

function isMessageId(id: string | undefined): id is string {
  return id !== undefined && idForm.test(id);
}

function withoutMiddle(chain: readonly string[]): readonly string[] {
  return chain.length <= maxReferences
    ? chain
    : [...chain.slice(0, 1), ...chain.slice(1 - maxReferences)];
}

function replySubject(subject: string): string {
  return replyPrefix.test(subject) ? subject : `Re: ${subject}`.trimEnd();
}
