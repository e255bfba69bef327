import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Icon } from '../ui/icon.tsx';
import { Logo } from '../ui/logo.tsx';
import { Preferences } from './preferences.tsx';
import { type Permission, useSession } from './session.ts';

const places = [
  ['jobs', '/jobs', 'JOBS_READ'],
  ['approvals', '/approvals', 'JOBS_READ'],
  ['agents', '/agents', 'JOBS_READ'],
  ['schedules', '/schedules', 'JOBS_READ'],
  ['integrations', '/integrations', 'INTEGRATIONS_READ'],
  ['webhooks', '/webhooks', 'INTEGRATIONS_READ'],
  ['queue', '/queue', 'JOBS_READ'],
  ['numbers', '/numbers', 'JOBS_READ'],
  ['audit', '/audit', 'AUDIT_READ'],
  ['access', '/access', 'ACCESS_READ'],
] as const satisfies readonly (readonly [string, string, Permission])[];

/** What stands around every view. */
export function Shell() {
  const { t } = useTranslation();
  const { viewer, leave, may } = useSession();
  const [isOpen, setOpen] = useState(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <header className="side" data-open={isOpen}>
        <div className="side-head">
          <Logo />
          <span className="tenant" title={viewer.tenant.name}>
            {viewer.tenant.name}
          </span>
          <button
            className="icon-button side-toggle"
            type="button"
            aria-expanded={isOpen}
            aria-label={t('menu')}
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name={isOpen ? 'close' : 'menu'} />
          </button>
        </div>
        <nav aria-label={t('places')}>
          {places
            .filter(([, , permission]) => may(permission))
            .map(([name, to]) => (
              <Link key={name} to={to} activeOptions={{ includeSearch: false }}>
                <Icon name={name} />
                {t(`place.${name}`)}
              </Link>
            ))}
        </nav>
        <div className="side-foot">
          <p className="who">
            <strong title={viewer.name}>{viewer.name}</strong>
            <span>{t(`actor.${viewer.kind}`)}</span>
          </p>
          <Preferences />
          <button className="side-out" type="button" onClick={() => leave()}>
            <Icon name="out" />
            {t('signOut')}
          </button>
        </div>
      </header>
      <Outlet />
    </div>
  );
}
