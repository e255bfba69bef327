const maxKeyBytes = 1024;

/** Why a text is no key that a request can carry; undefined for one that is. */
export function keyFault(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (Buffer.byteLength(key) > maxKeyBytes) return `has more than ${String(maxKeyBytes)} bytes`;
  if (!key.isWellFormed() || /\p{Cc}/u.test(key)) return 'has characters that no key has';
  // An address loses such segments on its way, and what is left may be another bucket.
  return key.split('/').some((part) => part === '.' || part === '..')
    ? 'has a segment of dots'
    : undefined;
}

/** A key as the path of an address, each character that means something else in percent signs. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeSegment).join('/');
}

function encodeSegment(part: string): string {
  return encodeURIComponent(part).replaceAll(
    /[!'()*]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
