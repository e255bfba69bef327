import { type Ref, useImperativeHandle, useRef } from 'react';

export interface EditorHandle {
  readonly go: (line: number, column: number) => void;
}

interface Props {
  readonly text: string;
  readonly label: string;
  readonly ref: Ref<EditorHandle>;
  readonly onChange: (text: string) => void;
}

/** A text field with the numbers of its lines. Tab leaves it, as everywhere; Enter keeps the indentation. */
export function Editor({ text, label, ref, onChange }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = text.split('\n');
  useImperativeHandle(ref, () => ({
    go(line, column) {
      const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      const at = before + column - 1;
      field.current?.focus();
      field.current?.setSelectionRange(at, before + (lines[line - 1]?.length ?? 0));
    },
  }));
  return (
    <div className="editor">
      <div className="gutter" aria-hidden="true">
        {lines.map((_, at) => `${at + 1}\n`)}
      </div>
      <textarea
        ref={field}
        aria-label={label}
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
        rows={lines.length + 1}
        value={text}
        onChange={({ target }) => onChange(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          const { selectionStart, selectionEnd, value } = event.currentTarget;
          const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart);
          const [indent = ''] = /^ */u.exec(line) ?? [];
          event.currentTarget.setRangeText(`\n${indent}`, selectionStart, selectionEnd, 'end');
          onChange(event.currentTarget.value);
        }}
      />
    </div>
  );
}
