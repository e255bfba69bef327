import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--wait)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.meta, tags.labelName, tags.typeName], color: 'var(--wait)' },
]);

const theme = EditorView.theme({
  '&': {
    color: 'var(--text)',
    backgroundColor: 'var(--card)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    fontSize: '12px',
    maxHeight: '75vh',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '19px', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)', minHeight: '240px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    color: 'var(--quiet)',
    backgroundColor: 'var(--card)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--raise) 40%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--raise)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--accent-soft)' },
  '.cm-message': {
    marginLeft: '16px',
    padding: '0 6px',
    borderRadius: '3px',
    color: 'var(--wait)',
    backgroundColor: 'var(--wait-soft)',
    fontFamily: 'system-ui, sans-serif',
  },
  '.cm-message.error': { color: 'var(--bad)', backgroundColor: 'var(--bad-soft)' },
  '.cm-tooltip, .cm-panels': {
    color: 'var(--text)',
    backgroundColor: 'var(--card)',
    border: '1px solid var(--line-strong)',
    maxWidth: 'min(420px, 90vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: '#fff',
    backgroundColor: 'var(--accent-back)',
  },
  '.cm-completionDetail': { color: 'inherit' },
  '.cm-diagnosticText': { whiteSpace: 'pre-wrap' },
});

/** The console's colours, which follow its theme by themselves. */
export const look = [theme, syntaxHighlighting(colours)];
