/** A call of the API as a line for a shell, to be copied as it is. */
export interface CurlCall {
  readonly apiUrl: string;
  readonly key: string;
  /** The acting user; none without it. */
  readonly user?: string;
  readonly method?: 'PUT';
  readonly path: string;
  /** A text `$NAME` in it becomes the shell's variable of this name. */
  readonly body?: object;
}

/** The call in lines that a shell takes as one. */
export function curlLine({ apiUrl, key, user, method, path, body }: CurlCall): string {
  return [
    `curl -s${method === undefined ? '' : ` -X ${method}`} ${apiUrl}${path}`,
    `-H ${quoted(`Authorization: Bearer ${key}`)}`,
    ...(user === undefined ? [] : [`-H ${quoted(`Cadenza-User: ${user}`)}`]),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${withVariables(JSON.stringify(body))}`]),
  ].join(' \\\n    ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function withVariables(json: string): string {
  return quoted(json).replace(/"\$([A-Z]+)"/g, `"'$$$1'"`);
}
