import { useTranslation } from 'react-i18next';

import { ProvidersDocument } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Empty } from '../../ui/empty.tsx';
import { Remote } from '../../ui/remote.tsx';
import { Time } from '../../ui/time.tsx';

/** Issuers that are trusted to say who somebody is; they are added by the command line, where an admin thinks twice. */
export function ProvidersTab() {
  const { t } = useTranslation();
  const query = useAsk({
    key: ['access', 'providers'],
    document: ProvidersDocument,
    variables: {},
  });
  return (
    <Remote query={query}>
      {({ identityProviders }) =>
        identityProviders.length === 0 ? (
          <Empty title={t('access.noProviders')}>
            <p>{t('access.noProvidersHint')}</p>
          </Empty>
        ) : (
          <div className="scroll" tabIndex={0} role="region" aria-label={t('access.tab.providers')}>
            <table>
              <thead>
                <tr>
                  {(['name', 'issuer', 'client', 'since', 'link'] as const).map((name) => (
                    <th key={name} scope="col">
                      {t(`access.column.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {identityProviders.map(({ id, name, issuer, clientId, createdAt }) => (
                  <tr key={id}>
                    <td>{name}</td>
                    <td>
                      <code className="wrap">{issuer}</code>
                    </td>
                    <td>{clientId ?? '—'}</td>
                    <td>
                      <Time at={createdAt} />
                    </td>
                    <td>
                      {clientId !== null && <code className="wrap">/console/?provider={id}</code>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Remote>
  );
}
