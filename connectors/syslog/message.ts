/** A message as RFC 5424 writes it. */
export interface SyslogMessage {
  /** 0 to 23. */
  readonly facility: number;
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number;
  /** RFC 3339, at most six digits of a second. */
  readonly time: string;
  readonly host: string;
  readonly app: string;
  /** What kind of message it is. */
  readonly kind: string;
  /** Structured data: elements by their ids, parameters by their names. */
  readonly elements: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** JSON; what is not ASCII is escaped, so that it needs no mark of its encoding. */
  readonly json: string;
}

/** The message as it is framed for a stream: the count of its bytes, a space, and itself (RFC 5425). */
export function frameOf(message: SyslogMessage): string {
  const text = textOf(message);
  return `${Buffer.byteLength(text)} ${text}`;
}

function textOf({ facility, severity, time, elements, json, ...names }: SyslogMessage): string {
  const header = [
    `<${String(facility * 8 + severity)}>1 ${time}`,
    headerName(names.host, 255),
    headerName(names.app, 48),
    '-',
    headerName(names.kind, 32),
  ];
  const data = Object.entries(elements).map(([id, values]) => elementOf(id, values));
  return `${header.join(' ')} ${data.join('') || '-'} ${ascii(json)}`;
}

/** Printable ASCII without spaces, as names in the header are. */
function headerName(text: string, most: number): string {
  return text.replaceAll(/[^\x21-\x7e]/gu, '_').slice(0, most) || '-';
}

function elementOf(id: string, values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(
    ([name, value]) => ` ${name}="${value.replaceAll(/["\\\]]/gu, String.raw`\$&`)}"`,
  );
  return `[${id}${pairs.join('')}]`;
}

function ascii(json: string): string {
  // By units of UTF-16, as JSON escapes them.
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => {
    return String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
