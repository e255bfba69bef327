import { useTranslation } from 'react-i18next';

import type { FindingRowFragment } from '../../_generated/documents.ts';

interface Props {
  readonly findings: readonly FindingRowFragment[];
  readonly isValid: boolean;
  readonly onGo: (line: number, column: number) => void;
}

/** What the linter says, each remark a way to its place. */
export function Findings({ findings, isValid, onGo }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <p role="status" className={isValid ? 'verdict good' : 'verdict bad'}>
        {t(isValid ? 'agents.valid' : 'agents.invalid', { count: findings.length })}
      </p>
      <ul className="list">
        {findings.map(({ id, severity, message, line, column, hint, path }) => (
          <li key={`${id} ${line} ${column} ${message}`}>
            <button type="button" className="finding" onClick={() => onGo(line, column)}>
              <span className={`tag ${severity === 'ERROR' ? 'bad' : ''}`}>
                {line}:{column}
              </span>
              {message}
              {hint !== null && <small>{hint}</small>}
              <small>
                <code className="wrap">{path}</code> {id}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
