import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { indentOnInput, indentUnit } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';

import type { FindingRowFragment } from '../../../_generated/documents.ts';
import { completeWith } from './complete.ts';
import { inlineMessages } from './inline-messages.ts';
import { look } from './look.ts';
import type { OwnNames } from './own-names.ts';

interface Made {
  readonly root: ShadowRoot;
  readonly label: string;
  readonly text: string;
  readonly names: OwnNames;
  readonly onText: (text: string) => void;
}

/**
 * What is typed over a selection is put there by the editor: the browser would keep the look of what was selected by style
 * attributes, which the page's policy refuses aloud.
 */
const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data } = event;
    if (inputType !== 'insertText' || data === null || view.composing) return false;
    const { from, to } = selectedIn(view);
    if (from === to) return false;
    event.preventDefault();
    view.dispatch({
      changes: { from, to, insert: data },
      selection: { anchor: from + data.length },
      ...{ scrollIntoView: true, userEvent: 'input.type' },
    });
    return true;
  },
});

/** What is selected in the page; the editor itself hears of that a moment later. */
function selectedIn(view: EditorView): { readonly from: number; readonly to: number } {
  // Of a shadow root only Chromium tells, and only Chromium keeps looks.
  const root = view.root as Partial<Pick<Document, 'getSelection'>>;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = root.getSelection?.() ?? {};
  if (!anchorNode || !focusNode || !view.contentDOM.contains(anchorNode))
    return view.state.selection.main;
  const anchor = view.posAtDOM(anchorNode, anchorOffset);
  const head = view.posAtDOM(focusNode, focusOffset);
  return { from: Math.min(anchor, head), to: Math.max(anchor, head) };
}

export function createView({ root, label, text, names, onText }: Made): EditorView {
  const state = EditorState.create({
    doc: text,
    extensions: [
      ...[lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), drawSelection()],
      ...[history(), indentOnInput(), indentUnit.of('  '), yaml(), look],
      autocompletion({ override: [completeWith(names)], icons: false }),
      ...[lintGutter(), inlineMessages, typingOver],
      // No binding of Tab: whoever uses the keyboard gets out as they came in.
      keymap.of([...completionKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap]),
      EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onText(update.state.doc.toString());
      }),
    ],
  });
  return new EditorView({ state, root, parent: root });
}

/** Puts remarks at their lines in place of those before. */
export function showFindings(view: EditorView, findings: readonly FindingRowFragment[]): void {
  const { state } = view;
  const diagnostics = findings.map((finding) => diagnosticOf(state, finding));
  view.dispatch(setDiagnostics(state, diagnostics));
}

function diagnosticOf(
  { doc }: EditorState,
  { line, column, severity, message, hint, id }: FindingRowFragment,
): Diagnostic {
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  const from = Math.min(at.from + Math.max(0, column - 1), at.to);
  return {
    ...{ from, to: at.to, source: id },
    severity: severity === 'ERROR' ? 'error' : 'warning',
    message: hint === null ? message : `${message}\n${hint}`,
  };
}
