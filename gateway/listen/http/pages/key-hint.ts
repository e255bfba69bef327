/** Shown in GraphiQL: what to do while the gateway wants a credential, and what the cache had to do with an answer. */
export const keyHint = `
<style>
  #key-hint, #cache-note { position: fixed; inset: auto 24px 64px auto; max-width: min(30rem, 40vw); z-index: 10; margin: 0;
    padding: .6rem 1rem; border-radius: 8px; border: 1px solid #d4a72c; background: #fff8c5; color: #1b1f24;
    font: 14px/1.5 system-ui, sans-serif; }
  #cache-note { border-color: #8c959f; background: #f6f8fa; white-space: pre-line; }
  .graphiql-container .graphiql-logo a { display: none; }
  .graphiql-container .graphiql-logo::after { content: 'Operandi'; }
  #key-hint[hidden], #cache-note[hidden], #key-hint [hidden] { display: none; }
  .graphiql-dark #key-hint { background: #3a2f0b; color: #f2e6bd; border-color: #8a6d1d; }
  .graphiql-dark #cache-note { background: #1b222b; color: #e6edf3; border-color: #57606a; }
  @media (prefers-color-scheme: dark) {
    body:not(.graphiql-light) #key-hint { background: #3a2f0b; color: #f2e6bd; border-color: #8a6d1d; }
    body:not(.graphiql-light) #cache-note { background: #1b222b; color: #e6edf3; border-color: #57606a; }
  }
  @media (max-width: 640px) {
    #key-hint, #cache-note { inset: auto 8px 8px 8px; max-width: none; }
    .graphiql-container .graphiql-main { min-width: 0; }
    .graphiql-container #graphiql-session { flex-direction: column; min-width: 0; }
    .graphiql-container .graphiql-editors, .graphiql-container .graphiql-response { min-height: 0; min-width: 0; }
  }
</style>
<p id="key-hint" role="status" hidden>
  <span data-when="missing">The gateway answers to a valid credential only. Put your API key or token behind “Bearer” in the
  <b>Headers</b> below the query: the schema then loads by itself.</span>
  <span data-when="refused" hidden>The gateway does not take the credential in the <b>Headers</b>: it may be mistyped, expired or
  revoked. Write it there again, whole, or ask an admin for a new one.</span>
</p>
<p id="cache-note" role="note" hidden></p>`;

/**
 * Runs in the browser before GraphiQL, whose properties are in `RURU_CONFIG`: remembers headers as long as the tab of the
 * browser lives, says why answers are 401, fetches the schema when other headers were written, and tells of the cache.
 */
export const keyHintScript = `<script>
{
  const remembered = 'operandi:headers';
  const hint = document.getElementById('key-hint');
  const note = document.getElementById('cache-note');
  const template = RURU_CONFIG.defaultHeaders;
  const kept = sessionStorage.getItem(remembered);
  if (kept !== null) RURU_CONFIG.defaultHeaders = RURU_CONFIG.initialHeaders = kept;
  const plainFetch = window.fetch;
  window.fetch = async (url, options) => {
    const response = await plainFetch(url, options);
    showHint(response.status === 401, new Headers(options?.headers));
    const isForSchema = String(options?.body).includes('"operationName":"IntrospectionQuery"');
    // A schema is fetched in its own time, and would take the note of the answer that is shown.
    if (!isForSchema) void showCache(response.clone());
    // A schema that was refused is loading until there is a key; the hint says more than the refusal would.
    return isForSchema && response.status === 401 ? new Promise(() => {}) : response;
  };
  function showHint(isRefused, sent) {
    const [, credential = ''] = (sent.get('authorization') ?? '').trim().split(' ');
    const when = credential !== '' || sent.has('x-api-key') ? 'refused' : 'missing';
    for (const text of hint.querySelectorAll('[data-when]')) text.hidden = text.dataset.when !== when;
    hint.hidden = !isRefused;
  }
  // Of clients who send apollo-cache-debugging and may see it.
  async function showCache(response) {
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    const body = isJson ? await response.json().catch(() => undefined) : undefined;
    const parts = body?.extensions?.apolloCacheDebugging?.data ?? [];
    note.textContent = parts
      .map(({ subgraph, kind, parts: count, source, age, maxAge, scope }) =>
        subgraph + ', ' + (kind === 'root' ? 'root' : count + ' entities') + ': from ' + source +
        ', age ' + age + ' of ' + maxAge + ' s, ' + String(scope).toLowerCase())
      .join('\\n');
    note.hidden = parts.length === 0;
  }
  // What is written in one tab goes for all that have no headers of their own: GraphiQL shows what it finds in them.
  let shared = RURU_CONFIG.defaultHeaders;
  RURU_CONFIG.onTabChange = ({ tabs, activeTabIndex }) => {
    const written = tabs[activeTabIndex]?.headers ?? template;
    if (written === template) return;
    for (const tab of tabs)
      if ([null, template, shared].includes(tab.headers)) tab.headers = written;
    shared = written;
  };
  let known = RURU_CONFIG.defaultHeaders;
  let timer;
  RURU_CONFIG.onEditHeaders = (headers) => {
    if (headers !== template) sessionStorage.setItem(remembered, headers);
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (headers === known || !isJson(headers)) return;
      known = headers;
      // GraphiQL's own shortcut to fetch the schema again.
      window.dispatchEvent(new KeyboardEvent('keydown', { ctrlKey: true, key: 'R' }));
    }, 500);
  };
  function isJson(text) {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
}
</script>`;
