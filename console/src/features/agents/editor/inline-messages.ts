import { forEachDiagnostic, setDiagnosticsEffect } from '@codemirror/lint';
import { type EditorState, RangeSetBuilder, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';

class Message extends WidgetType {
  readonly text: string;
  readonly severity: string;
  constructor(text: string, severity: string) {
    super();
    this.text = text;
    this.severity = severity;
  }
  override eq(other: Message): boolean {
    return other.text === this.text && other.severity === this.severity;
  }
  toDOM(): HTMLElement {
    const element = document.createElement('span');
    element.className = `cm-message ${this.severity}`;
    element.textContent = this.text;
    // The list of findings says it to readers of screens; here it would be read as part of the text.
    element.ariaHidden = 'true';
    return element;
  }
}

function messagesOf(state: EditorState): DecorationSet {
  const byLine = new Map<number, Message>();
  forEachDiagnostic(state, ({ message, severity }, from) => {
    const { to } = state.doc.lineAt(from);
    const [first = ''] = message.split('\n');
    if (!byLine.has(to)) byLine.set(to, new Message(first, severity));
  });
  const set = new RangeSetBuilder<Decoration>();
  for (const [at, widget] of [...byLine].toSorted(([one], [other]) => one - other))
    set.add(at, at, Decoration.widget({ widget, side: 1 }));
  return set.finish();
}

/** What is said of a line stands behind it. */
export const inlineMessages = StateField.define<DecorationSet>({
  create: messagesOf,
  update(messages, transaction) {
    const isNew = transaction.effects.some((effect) => effect.is(setDiagnosticsEffect));
    return isNew ? messagesOf(transaction.state) : messages.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});
