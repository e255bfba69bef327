import { useTranslation } from 'react-i18next';

import type { AuditFilter } from '../../_generated/documents.ts';
import { Button } from '../../ui/button.tsx';
import { textOf } from '../../ui/form-text.ts';

interface Props {
  readonly filter: AuditFilter;
  readonly onShow: (filter: AuditFilter) => void;
}

const names = ['actorId', 'targetId', 'jobId', 'requestId'] as const;

/** Which events are listed; it is asked for when the form is sent, as half an id finds nothing. */
export function AuditFilters({ filter, onShow }: Props) {
  const { t } = useTranslation();
  return (
    <form
      key={JSON.stringify(filter)}
      className="filters"
      role="search"
      aria-label={t('audit.filters')}
      onSubmit={(event) => {
        event.preventDefault();
        onShow(read(new FormData(event.currentTarget)));
      }}
    >
      <input
        name="actions"
        aria-label={t('audit.actions')}
        placeholder={t('audit.actions')}
        defaultValue={filter.actions?.join(' ')}
      />
      {names.map((name) => (
        <input
          key={name}
          name={name}
          aria-label={t(`audit.${name}`)}
          placeholder={t(`audit.${name}`)}
          defaultValue={filter[name] ?? ''}
        />
      ))}
      <label className="inline">
        {t('audit.from')}
        <input name="from" type="datetime-local" defaultValue={local(filter.from)} />
      </label>
      <label className="inline">
        {t('audit.to')}
        <input name="to" type="datetime-local" defaultValue={local(filter.to)} />
      </label>
      <Button type="submit">{t('audit.search')}</Button>
      {Object.keys(filter).length > 0 && (
        <Button kind="quiet" onClick={() => onShow({})}>
          {t('jobs.clear')}
        </Button>
      )}
    </form>
  );
}

function read(form: FormData): AuditFilter {
  const text = (name: string): string => textOf(form, name).trim();
  const instant = (name: string) =>
    text(name) === '' ? {} : { [name]: new Date(text(name)).toISOString() };
  const actions = text('actions')
    .split(/[\s,]+/u)
    .filter(Boolean);
  return {
    ...(actions.length > 0 && { actions }),
    ...Object.fromEntries(
      names.filter((name) => text(name) !== '').map((name) => [name, text(name)]),
    ),
    ...instant('from'),
    ...instant('to'),
  };
}

/** An instant as the field of the browser writes it, in the reader's zone. */
function local(instant: string | null | undefined): string {
  if (instant == null) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
