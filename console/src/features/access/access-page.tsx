import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { KeysTab } from './keys-tab.tsx';
import { MembersTab } from './members-tab.tsx';
import { ProvidersTab } from './providers-tab.tsx';
import { RolesTab } from './roles-tab.tsx';
import { SessionsTab } from './sessions-tab.tsx';

const tabs = {
  members: MembersTab,
  keys: KeysTab,
  roles: RolesTab,
  sessions: SessionsTab,
  providers: ProvidersTab,
} as const;

type Tab = keyof typeof tabs;
const names = Object.keys(tabs) as Tab[];

/** Who may come in and what they may. */
export function AccessPage() {
  const { t } = useTranslation();
  const { tab } = useSearch({ from: '/access' });
  const current = names.find((one) => one === tab) ?? 'members';
  const Shown = tabs[current];
  return (
    <Page title={t('place.access')}>
      <Tabs
        label={t('access.parts')}
        current={current}
        tabs={names.map((name) => [name, t(`access.tab.${name}`)] as const)}
      />
      <section className="tab">
        <Shown />
      </section>
    </Page>
  );
}
