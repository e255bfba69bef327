import { createHash } from 'node:crypto';

import type { Page } from '../listen/http/server.ts';

/** A page that is all that somebody sees of the platform: no script, nothing loaded, nobody told where they come from. */
export interface PlainPage {
  /** A text of ours, or escaped. */
  readonly title: string;
  /** Markup below the title. */
  readonly body: string;
  readonly status: number;
  /** Where its forms may go, as the policy says it. */
  readonly formAction: string;
  /** @default en */
  readonly language?: string;
}

export function plainPage({ title, body, status, formAction, language = 'en' }: PlainPage): Page {
  const text = `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title><style>${styles}</style></head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>
`;
  return {
    ...{ status, type: 'text/html', body: text },
    headers: {
      'content-security-policy': `default-src 'none'; style-src '${styleHash()}'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
      ...closed,
      'x-frame-options': 'DENY',
    },
  };
}

const closed = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } as const;

/** On to another page, so that neither secret nor code stays in the address. */
export function sendOn(location: string, cookies: readonly string[] = []): Page {
  return {
    ...{ status: 303, type: 'text/plain', body: '' },
    headers: { location, ...closed, ...(cookies.length > 0 && { 'set-cookie': [...cookies] }) },
  };
}

function styleHash(): string {
  return `sha256-${createHash('sha256').update(styles).digest('base64')}`;
}

const styles = `
:root { color-scheme: light dark; --line: #767676; --bad: light-dark(#a3140b, #ff9b8f); }
* { box-sizing: border-box; }
body { font: 16px/1.6 system-ui, sans-serif; margin: 0; color: light-dark(#1b1b1b, #ececec); background: light-dark(#ffffff, #16181c); overflow-wrap: anywhere; }
main { max-width: 34rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.3; }
button { font: inherit; padding: .6rem 1.25rem; min-height: 2.75rem; }
input, select, textarea { font: inherit; width: 100%; padding: .5rem; border: 1px solid var(--line); border-radius: .25rem; }
label, fieldset, table, details { display: block; margin: 1rem 0; border: 0; padding: 0; }
label > span, legend { font-weight: 600; display: block; }
legend { font-size: 1.125rem; }
small, .quiet { font-size: .875rem; }
table { display: table; width: 100%; border-collapse: collapse; }
th, td { text-align: start; vertical-align: top; padding: .35rem .5rem .35rem 0; border-bottom: 1px solid var(--line); }
th { width: 35%; }
.pre { white-space: pre-wrap; }
.bad { color: var(--bad); }
.row { display: flex; gap: .75rem; flex-wrap: wrap; align-items: start; margin-top: 1.5rem; }
summary { padding: .6rem 0; cursor: pointer; }
:focus-visible { outline: 2px solid; outline-offset: 2px; }
`;
