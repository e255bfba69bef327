/** A member of a header such as Accept, in lower case. */
export interface Weighted {
  readonly name: string;
  /** Those besides the weight as well, as they are written. */
  readonly parameters: readonly string[];
  /** 0 says that it is not wanted. @default 1 */
  readonly quality: number;
}

/** Reads a list whose members have weights (RFC 9110, section 12.4.2), in its order. A weight that is no number is 0. */
export function readWeighted(header: string): readonly Weighted[] {
  return header.toLowerCase().split(',').map(weighted);
}

function weighted(text: string): Weighted {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { name, parameters, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}
