/** What the head of a part says of it. */
export interface PartHead {
  readonly name: string;
  /** Undefined for what is no file. */
  readonly filename: string | undefined;
  readonly type: string | undefined;
}

const parameter = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))\s*/gy;

/** Reads the head of a part, without the line that ends it; undefined where it gives no name. */
export function readPartHead(text: string): PartHead | undefined {
  let type: string | undefined;
  let parameters: ReadonlyMap<string, string> | undefined;
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).trim();
    const field = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (field === 'content-type') type = value;
    if (field === 'content-disposition') parameters = readDisposition(value);
  }
  const name = parameters?.get('name');
  if (name === undefined) return undefined;
  return { name, filename: parameters?.get('filename'), type };
}

function readDisposition(value: string): ReadonlyMap<string, string> | undefined {
  const [kind = ''] = value.split(';', 1);
  if (kind.trim().toLowerCase() !== 'form-data') return undefined;
  const found = new Map<string, string>();
  parameter.lastIndex = kind.length;
  for (;;) {
    const match = parameter.exec(value);
    if (match === null) return found;
    const [, name = '', quoted, plain = ''] = match;
    // Some clients put a backslash before quotes, browsers write them as %22 and leave backslashes alone.
    found.set(name.toLowerCase(), quoted?.replaceAll(/\\(["\\])/g, '$1') ?? plain);
  }
}
