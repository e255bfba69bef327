/** A name as definitions write it, letters, digits and underscores, that is not taken yet; takes it. */
export function uniqueName(id: string, taken: Set<string>): string {
  const plain = id
    .replaceAll(/\W+/g, '_')
    .replace(/^(?=\d)/, '_')
    .slice(0, 55);
  const name = taken.has(plain) ? `${plain}_${String(taken.size)}` : plain;
  taken.add(name);
  return name;
}
