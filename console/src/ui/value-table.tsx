import { useTranslation } from 'react-i18next';

import { JsonView } from './json-view.tsx';

interface Props {
  readonly value: unknown;
  readonly label: string;
}

/** A value for people who do not read JSON: names and values, lists of records as tables, and only what is deeper as text. */
export function ValueTable({ value, label }: Props) {
  if (Array.isArray(value) && value.length > 0 && value.every(isFlat))
    return <Records rows={value} label={label} />;
  if (!isRecord(value))
    return isScalar(value) ? (
      <p className="pre">{shown(value)}</p>
    ) : (
      <JsonView value={value} label={label} />
    );
  return (
    <dl className="values" aria-label={label}>
      {Object.entries(value).map(([name, member]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{isScalar(member) ? shown(member) : <Inner value={member} label={name} />}</dd>
        </div>
      ))}
    </dl>
  );
}

function Inner({ value, label }: Props) {
  const { t } = useTranslation();
  if (Array.isArray(value)) {
    if (value.length === 0) return t('nothing');
    if (value.every(isScalar)) return value.map(shown).join(', ');
    if (value.every(isFlat)) return <Records rows={value} label={label} />;
  }
  return <JsonView value={value} label={label} />;
}

interface RecordsProps {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly label: string;
}

function Records({ rows, label }: RecordsProps) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {names.map((name) => (
                <td key={name}>{shown(row[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function isFlat(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && Object.values(value).every(isScalar);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
