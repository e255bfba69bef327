/** Shown in GraphiQL while the gateway wants a credential. */
export const keyHint = `
<style>
  #key-hint { position: fixed; inset: auto 24px 64px auto; max-width: min(30rem, 40vw); z-index: 10; margin: 0;
    padding: .6rem 1rem; border-radius: 8px; border: 1px solid #d4a72c; background: #fff8c5; color: #1b1f24;
    font: 14px/1.5 system-ui, sans-serif; }
  #key-hint[hidden] { display: none; }
</style>
<p id="key-hint" role="status" hidden>
  The gateway answers to a valid credential only. Put your API key or token behind “Bearer” in the <b>Headers</b> below
  the query: the schema then loads by itself.
</p>`;

/**
 * Runs in the browser before GraphiQL, whose properties are in `RURU_CONFIG`: shows the hint as long as answers are 401,
 * and fetches the schema when other headers were written.
 */
export const keyHintScript = `<script>
{
  const hint = document.getElementById('key-hint');
  const plainFetch = window.fetch;
  window.fetch = async (url, options) => {
    const response = await plainFetch(url, options);
    hint.hidden = response.status !== 401;
    const isForSchema = String(options?.body).includes('"operationName":"IntrospectionQuery"');
    // A schema that was refused is loading until there is a key; the hint says more than the refusal would.
    return isForSchema && response.status === 401 ? new Promise(() => {}) : response;
  };
  let known = RURU_CONFIG.defaultHeaders;
  let timer;
  RURU_CONFIG.onEditHeaders = (headers) => {
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
