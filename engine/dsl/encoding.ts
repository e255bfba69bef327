import type { Finding } from './finding.ts';
import { lineAndColumn } from './nesting.ts';

/** The text that bytes are in UTF-8, or the finding that they are none. */
export function textOfBytes(bytes: Uint8Array): string | Finding {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return notUtf8(bytes);
  }
}

function notUtf8(bytes: Uint8Array): Finding {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return {
    ...{ id: 'source/encoding', severity: 'error', path: '' },
    message: 'the text is not in UTF-8',
    ...lineAndColumn(text, Math.max(0, firstWrong(bytes, text))),
    hint: 'Save it as UTF-8.',
  };
}

/** Where the first character stands that was put in place of what is none. */
function firstWrong(bytes: Uint8Array, text: string): number {
  const encoded = new TextEncoder().encode(text);
  let at = 0;
  while (at < bytes.length && bytes[at] === encoded[at]) at += 1;
  return new TextDecoder('utf-8', { ignoreBOM: true })
    .decode(bytes.subarray(0, at))
    .replace(/\ufffd$/, '').length;
}
