import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  MembersDocument,
  type MembersQuery,
  RemoveDocument,
  type RoleName,
  SetRoleDocument,
} from '../../_generated/documents.ts';
import { useAsk, useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Remote } from '../../ui/remote.tsx';
import { Time } from '../../ui/time.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { roleNames } from './role-names.ts';

type Member = MembersQuery['members']['nodes'][number];

/** People and machines that are in, and their roles. */
export function MembersTab() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [isInviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<Member>();
  const query = useAsk({ key: ['access', 'members'], document: MembersDocument, variables: {} });
  const mayManage = may('ACCESS_MANAGE');
  const setRole = useDeed({
    document: SetRoleDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['access']],
  });
  return (
    <>
      {mayManage && (
        <Button kind="primary" onClick={() => setInviting(true)}>
          {t('access.invite')}
        </Button>
      )}
      <Problems error={setRole.error} />
      <Remote query={query}>
        {({ members: { nodes } }) =>
          nodes.length === 0 ? (
            <Empty title={t('access.noMembers')} />
          ) : (
            <div className="scroll" tabIndex={0} role="region" aria-label={t('access.tab.members')}>
              <table>
                <thead>
                  <tr>
                    {(['name', 'email', 'role', 'since', 'actions'] as const).map((name) => (
                      <th key={name} scope="col">
                        {t(`access.column.${name}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {nodes.map((member) => (
                    <tr key={member.id}>
                      <td>{member.name}</td>
                      <td>{member.email}</td>
                      <td>
                        {member.customRole?.name ?? (
                          <RoleSelect
                            name={member.name}
                            role={member.role}
                            isFixed={!mayManage}
                            onChange={(role) => setRole.mutate({ input: { id: member.id, role } })}
                          />
                        )}
                      </td>
                      <td>
                        <Time at={member.createdAt} />
                      </td>
                      <td>
                        {mayManage && (
                          <Button kind="quiet" onClick={() => setLeaving(member)}>
                            {t('access.remove')}
                          </Button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Remote>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      {leaving !== undefined && (
        <RemoveDialog member={leaving} onClose={() => setLeaving(undefined)} />
      )}
    </>
  );
}

interface RoleSelectProps {
  readonly name: string;
  readonly role: RoleName;
  readonly isFixed: boolean;
  readonly onChange: (role: RoleName) => void;
}

function RoleSelect({ name, role, isFixed, onChange }: RoleSelectProps) {
  const { t } = useTranslation();
  if (isFixed) return role;
  return (
    <select
      aria-label={t('access.roleOf', { name })}
      value={role}
      onChange={({ target }) => {
        const chosen = roleNames.find((one) => one === target.value);
        if (chosen !== undefined) onChange(chosen);
      }}
    >
      {roleNames.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}

function RemoveDialog({
  member,
  onClose,
}: {
  readonly member: Member;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const remove = useDeed({
    document: RemoveDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['access']],
  });
  return (
    <Dialog title={t('access.removeTitle', { name: member.name })} onClose={onClose}>
      <p>{t('access.removeHint')}</p>
      <Problems error={remove.error} />
      <footer className="dialog-actions">
        <Button onClick={onClose}>{t('close')}</Button>
        <Button
          kind="danger"
          isBusy={remove.isPending}
          onClick={() => remove.mutate({ input: { id: member.id } }, { onSuccess: onClose })}
        >
          {t('access.remove')}
        </Button>
      </footer>
    </Dialog>
  );
}
