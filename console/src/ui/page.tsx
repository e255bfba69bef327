import { type ReactNode, useEffect } from 'react';

import { LiveMark } from './live-mark.tsx';

interface Props {
  readonly title: string;
  /** Beside the title, e.g. a state. */
  readonly beside?: ReactNode;
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A view under its heading, which names the tab of the browser, too. */
export function Page({ title, beside, above, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Operandi`;
  }, [title]);
  return (
    <main id="main" className="page" tabIndex={-1}>
      <header className="page-head">
        <div className="page-title">
          {above}
          <div className="page-line">
            <h1>{title}</h1>
            {beside}
            <LiveMark />
          </div>
        </div>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}
