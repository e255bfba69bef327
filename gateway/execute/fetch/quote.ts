// A scan is cheaper than JSON.stringify for the short plain strings most answers consist of.
const isPlain = /^[ !#-[\]-\u{d7ff}\u{e000}-\u{10ffff}]*$/u;

/** A string as JSON text. */
export function quote(value: string): string {
  return value.length < 100 && isPlain.test(value) ? `"${value}"` : JSON.stringify(value);
}
