import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react';

import type { FindingRowFragment } from '../../../_generated/documents.ts';
import { createView, showFindings } from './create-view.ts';
import type { OwnNames } from './own-names.ts';

export interface EditorHandle {
  /** Puts another text in place of all. */
  readonly replace: (text: string) => void;
  readonly go: (line: number, column: number) => void;
}

interface Props {
  /** What it starts with. What is written is the editor's own from then on: a page on a slow machine would hand back an older text. */
  readonly initialText: string;
  readonly label: string;
  /** What of the tenant's is offered to be named. */
  readonly names: OwnNames;
  /** Remarks about the text as it is. */
  readonly findings: readonly FindingRowFragment[];
  readonly ref: Ref<EditorHandle>;
  readonly onChange: (text: string) => void;
}

/**
 * YAML with the linter's remarks at their lines and completion. It stands in a shadow root, where its styles are constructed
 * sheets and the page's policy needs no exception. Tab leaves it, as everywhere.
 */
export function CodeEditor({ initialText, label, names, findings, ref, onChange }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<ReturnType<typeof createView>>(undefined);
  const onText = useEffectEvent(onChange);
  const start = useEffectEvent(() => ({ text: initialText, names }));
  useEffect(() => {
    if (host.current === null) return undefined;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const made = createView({ root, label, ...start(), onText: (next) => onText(next) });
    view.current = made;
    return () => made.destroy();
  }, [label]);
  useEffect(() => {
    if (view.current !== undefined) showFindings(view.current, findings);
  }, [findings]);
  useImperativeHandle(ref, () => ({
    replace(text) {
      const shown = view.current;
      shown?.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: text } });
    },
    go(line, column) {
      const shown = view.current;
      if (shown === undefined) return;
      const { doc } = shown.state;
      const at = doc.line(Math.min(Math.max(1, line), doc.lines));
      const anchor = Math.min(at.from + Math.max(0, column - 1), at.to);
      shown.dispatch({ selection: { anchor, head: at.to }, scrollIntoView: true });
      shown.focus();
    },
  }));
  return <div ref={host} className="code-editor" />;
}
