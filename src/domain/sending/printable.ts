const longest = 200;

/** A mail server's words as one line that can be shown: what is no text is left out, and at most 200 characters are kept. */
export function printable(reply: string): string {
  const line = reply.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return Array.from(line).slice(0, longest).join('');
}
