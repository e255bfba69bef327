import { useTranslation } from 'react-i18next';

import { RolesDocument } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Remote } from '../../ui/remote.tsx';

/** What each role may; those of the tenant come after those of the platform. */
export function RolesTab() {
  const { t } = useTranslation();
  const query = useAsk({ key: ['access', 'roles'], document: RolesDocument, variables: {} });
  return (
    <Remote query={query}>
      {({ roles, customRoles }) => {
        const all = [...roles, ...customRoles];
        const permissions = [...new Set(all.flatMap((role) => role.permissions))].sort();
        return (
          <div className="scroll" tabIndex={0} role="region" aria-label={t('access.tab.roles')}>
            <table className="matrix">
              <thead>
                <tr>
                  <th scope="col">{t('access.column.may')}</th>
                  {all.map(({ name }) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {permissions.map((permission) => (
                  <tr key={permission}>
                    <th scope="row">{permission}</th>
                    {all.map((role) => {
                      const isIn = role.permissions.includes(permission);
                      return (
                        <td key={role.name}>
                          <span aria-hidden="true">{isIn ? '✓' : '·'}</span>
                          <span className="unseen">{t(isIn ? 'yes' : 'no')}</span>
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        );
      }}
    </Remote>
  );
}
