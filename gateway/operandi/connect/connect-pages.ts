import { escapeMarkup } from '../../../kernel/markup.ts';
import type { Page } from '../../listen/http/server.ts';
import { plainPage } from '../plain-page.ts';

/** What the pages of a connect link say; nothing of it comes from whoever asks. */
const texts = {
  connected: ['Connected', 'You can close this page.', 200],
  denied: ['Not connected', 'You did not agree, so nothing was connected.', 200],
  gone: [
    'This link cannot be used',
    'It has been used, its time is over, or it was opened in another browser. Ask for a new one.',
    404,
  ],
  failed: [
    'Not connected',
    'The other system gave no access. Whoever sent you the link can see why.',
    502,
  ],
  busy: ['Not now', 'Open the link again in a moment.', 503],
} as const satisfies Record<string, readonly [title: string, text: string, status: number]>;

export type ConnectPage = keyof typeof texts;

export function isConnectPage(name: string): name is ConnectPage {
  return Object.hasOwn(texts, name);
}

/** A page of the end, with an own status where it is the answer to a link. */
export function endPage(name: ConnectPage): Page {
  const [title, text, status] = texts[name];
  return plainPage({ title, body: `<p>${text}</p>`, status, formAction: "'none'" });
}

const formTargets = "'self' https:";
/** Of an authorization server without TLS, on this machine. */
const localTargets = `${formTargets} http://127.0.0.1:* http://localhost:*`;

/**
 * Asks before anything happens: programs that look at links follow them, and a person sees first what they agree to. The form's
 * target sends on to the authorization server, to which browsers apply `form-action` as well.
 */
export function askPage(integration: string, origin: string): Page {
  const name = escapeMarkup(integration);
  const isLocal = origin.startsWith('http:');
  return plainPage({
    title: 'Connect an account',
    body: `<p>The integration <b>${name}</b> asks to act in your name at another system. You are sent there to sign in and to agree.</p>
<p>Go on only if you know who sent you this link.</p>
<form method="post"><button>Continue</button></form>`,
    status: 200,
    formAction: isLocal ? localTargets : formTargets,
  });
}
