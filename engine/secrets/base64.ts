import { trimEndOf } from '../../kernel/trim-end.ts';

/** Long enough for a marker; what is shorter holds none. */
const runs = /[A-Za-z0-9+/_-]{60,}={0,2}/g;

/** True when something in the text may be base64 of a marker. */
export function isBase64(text: string): boolean {
  return text.search(runs) !== -1;
}

/** Changes what stands in base64 within a text; runs that it leaves alone stay as they are. */
export function reencoded(text: string, change: (decoded: string) => string): string {
  return text.replaceAll(runs, (run) => {
    const decoded = Buffer.from(run, 'base64').toString('utf8');
    const changed = change(decoded);
    if (changed === decoded) return run;
    const encoded = Buffer.from(changed).toString(/[-_]/.test(run) ? 'base64url' : 'base64');
    return run.length % 4 === 0 ? encoded : trimEndOf(encoded, '=');
  });
}
