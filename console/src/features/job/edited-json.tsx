import { useTranslation } from 'react-i18next';

interface Props {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** A value as text, to be changed; says what is no JSON. */
export function EditedJson({ label, hint, text, onChange }: Props) {
  const { t } = useTranslation();
  const { fault } = readJson(text);
  return (
    <label className="field">
      <span>{label}</span>
      <textarea
        rows={8}
        spellCheck={false}
        value={text}
        aria-invalid={fault !== undefined}
        onChange={({ target }) => onChange(target.value)}
      />
      {hint !== undefined && <small>{hint}</small>}
      {fault !== undefined && <small className="problem">{fault}</small>}
      {isShortened(text) && <small className="problem">{t('redrive.shortened')}</small>}
    </label>
  );
}

/** What the platform writes in the place of what is long or secret. */
function isShortened(text: string): boolean {
  return /…|\*\*\*|\[redacted\]/.test(text);
}

/** The value, or why there is none. */
export function readJson(text: string): { readonly value?: unknown; readonly fault?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** A value as one edits it; nothing where there is none. */
export function writtenJson(value: unknown): string {
  return value == null ? '' : JSON.stringify(value, undefined, 2);
}
