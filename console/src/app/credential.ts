const name = 'operandi:key';

/** The API key of this tab: it goes with the tab and is nowhere else. A session's secret is a cookie that no script sees. */
export function keptKey(): string | undefined {
  try {
    return sessionStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepKey(key: string): void {
  try {
    sessionStorage.setItem(name, key);
  } catch {
    // Without storage the key lives as long as the page.
  }
}

export function forgetKey(): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // There is none.
  }
}
