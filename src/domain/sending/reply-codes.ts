const codes = /^\s*(\d{3})[ -]?(\d\.\d{1,3}\.\d{1,3}(?!\S))?/;

/** The codes that a mail server's reply begins with, such as `550 5.1.1`; its text may repeat addresses. Empty without any. */
export function replyCodes(reply: string): string {
  const [, basic = '', enhanced = ''] = codes.exec(reply) ?? [];
  return `${basic} ${enhanced}`.trim();
}
