/** A browser without scripts: it keeps cookies by host and follows redirects. */
export interface TestBrowser {
  /** Opens an address; answers where it ended. */
  open(url: string): Promise<Opened>;
  /** Sends a form. */
  submit(url: string, form: Readonly<Record<string, string>>): Promise<Opened>;
  /** What it would send to the address. */
  cookiesFor(url: string): string;
  forget(): void;
}

export interface Opened {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  /** Addresses on the way, the first included. */
  readonly way: readonly string[];
}

const maxRedirects = 20;

export function createBrowser(): TestBrowser {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string): Map<string, string> => {
    const { host } = new URL(url);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };
  const cookiesFor = (url: string): string =>
    [...jarOf(url)].map(([name, value]) => `${name}=${value}`).join('; ');

  async function go(first: string, form?: Readonly<Record<string, string>>): Promise<Opened> {
    const way: string[] = [];
    let url = first;
    let body = form && new URLSearchParams(form);
    while (way.length < maxRedirects) {
      way.push(url);
      const answer = await fetch(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { cookie: cookiesFor(url), accept: 'text/html' },
        ...(body && { body }),
        redirect: 'manual',
      });
      for (const cookie of answer.headers.getSetCookie()) keep(jarOf(url), cookie);
      const location = answer.headers.get('location');
      const text = await answer.text();
      if (location === null) return { url, status: answer.status, text, way };
      url = new URL(location, url).href;
      body = undefined;
    }
    throw new Error(`too many redirects: ${way.join(' ')}`);
  }

  return {
    open: (url) => go(url),
    submit: (url, form) => go(url, form),
    cookiesFor,
    forget: () => jars.clear(),
  };
}

function keep(jar: Map<string, string>, header: string): void {
  const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
  const [name = '', ...value] = pair.split('=');
  const isOver = attributes.some((each) => /^(max-age=0|expires=thu, 01 jan 1970)/i.test(each));
  if (isOver) jar.delete(name);
  else jar.set(name, value.join('='));
}
