/** What a browser keeps for the person; a browser that keeps nothing is as good as a new one. */
export function readKept(name: string): string | undefined {
  try {
    return localStorage.getItem(`operandi:${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`operandi:${name}`, value);
  } catch {
    // Private windows may refuse; then it counts until the page is left.
  }
}
