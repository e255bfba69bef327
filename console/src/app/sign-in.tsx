import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../ui/button.tsx';
import { textOf } from '../ui/form-text.ts';
import { Logo } from '../ui/logo.tsx';
import { Preferences } from './preferences.tsx';

interface Props {
  readonly reason: 'signedOut' | 'ended' | 'refused' | undefined;
  readonly onKey: (key: string) => Promise<void>;
}

/** The two ways in: the company's account, and a key. */
export function SignIn({ reason, onKey }: Props) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const note = fault ?? (reason === undefined ? undefined : t(`signIn.${reason}`));

  async function withCompany() {
    setBusy(true);
    const target = loginUrl();
    // Asked first, so that what is wrong is said here and not on a bare page.
    const answer = await fetch(target, { redirect: 'manual' }).catch(() => undefined);
    if (answer?.type === 'opaqueredirect') {
      window.location.assign(target);
      return;
    }
    setFault(answer === undefined ? t('failure.lost') : await answer.text());
    setBusy(false);
  }

  return (
    <main className="alone">
      <section className="sign-in card">
        <Logo />
        <h1>{t('signIn.title')}</h1>
        {note !== undefined && (
          <p className="notice" role={reason === 'signedOut' ? 'status' : 'alert'}>
            {note}
          </p>
        )}
        <Button kind="primary" isBusy={isBusy} onClick={() => void withCompany()}>
          {t('signIn.company')}
        </Button>
        <p className="divider">{t('signIn.or')}</p>
        <KeyForm onKey={onKey} />
      </section>
      <Preferences />
    </main>
  );
}

function KeyForm({ onKey }: Pick<Props, 'onKey'>) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const key = textOf(new FormData(event.currentTarget), 'key').trim();
        if (key === '') return;
        setBusy(true);
        void onKey(key).finally(() => setBusy(false));
      }}
    >
      <label className="field">
        <span>{t('signIn.key')}</span>
        <input name="key" type="password" autoComplete="off" spellCheck={false} required />
        <small>{t('signIn.keyHint')}</small>
      </label>
      <Button type="submit" isBusy={isBusy}>
        {t('signIn.withKey')}
      </Button>
    </form>
  );
}

/** Back to where somebody wanted to go; `provider` is needed where several are trusted. */
function loginUrl(): string {
  const { pathname, search } = window.location;
  const provider = new URLSearchParams(search).get('provider');
  const query = new URLSearchParams({ return_to: `${pathname}${search}` });
  if (provider !== null) query.set('provider', provider);
  return `/auth/login?${query.toString()}`;
}
