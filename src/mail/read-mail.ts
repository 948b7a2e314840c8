import PostalMime from 'postal-mime';

/** What a person is shown of a mail. */
export interface ReadMail {
  readonly from: { readonly name: string | null; readonly address: string } | null;
  /** Its HTML part as it went out, not made harmless. */
  readonly html: string | null;
  readonly text: string | null;
}

/** Reads the bytes of a mail that Cadenza has composed. */
export async function readMail(raw: Buffer): Promise<ReadMail> {
  const { from, html, text } = await PostalMime.parse(raw);
  return {
    from: from?.address === undefined ? null : { name: from.name || null, address: from.address },
    html: partOf(html),
    text: partOf(text),
  };
}

/** The parser ends a part with a line end of its own. */
function partOf(text: string | undefined): string | null {
  return text?.replace(/\n$/, '') ?? null;
}
