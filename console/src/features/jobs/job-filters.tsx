import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { AgentNamesDocument, type JobState } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import {
  jobStates,
  type JobsSearch,
  orders,
  priorities,
  readJobsSearch,
  spans,
} from './jobs-search.ts';

interface Props {
  readonly search: JobsSearch;
  readonly onShow: (search: JobsSearch) => void;
}

/** Which jobs are listed. */
export function JobFilters({ search, onShow }: Props) {
  const { t } = useTranslation();
  // The same reader as for the address, so that nothing can be chosen that a link cannot say.
  const change = (part: Record<string, unknown>) => onShow(readJobsSearch({ ...search, ...part }));
  const toggle = (state: JobState) => {
    const chosen = search.states ?? [];
    const states = chosen.includes(state)
      ? chosen.filter((one) => one !== state)
      : [...chosen, state];
    change({ states });
  };
  return (
    <div className="filters" role="search" aria-label={t('jobs.filters')}>
      <SearchField value={search.q ?? ''} onChange={(q) => change({ q })} />
      <AgentField value={search.agent ?? ''} onChange={(agent) => change({ agent })} />
      <select
        aria-label={t('jobs.since')}
        value={search.since ?? ''}
        onChange={({ target }) => change({ since: target.value })}
      >
        <option value="">{t('jobs.anyTime')}</option>
        {Object.keys(spans).map((span) => (
          <option key={span} value={span}>
            {t(`jobs.span.${span as keyof typeof spans}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={t('job.priority')}
        value={search.priority ?? ''}
        onChange={({ target }) => change({ priority: target.value })}
      >
        <option value="">{t('jobs.anyPriority')}</option>
        {priorities.map((priority) => (
          <option key={priority} value={priority}>
            {t(`priority.${priority}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={t('jobs.order')}
        value={search.order ?? 'CREATED_DESC'}
        onChange={({ target }) => change({ order: target.value })}
      >
        {orders.map((order) => (
          <option key={order} value={order}>
            {t(`jobs.by.${order}`)}
          </option>
        ))}
      </select>
      <div className="chips" role="group" aria-label={t('jobs.states')}>
        {jobStates.map((state) => (
          <button
            key={state}
            type="button"
            className="chip"
            aria-pressed={search.states?.includes(state) ?? false}
            onClick={() => toggle(state)}
          >
            {t(`state.${state}`)}
          </button>
        ))}
        {Object.keys(search).length > 0 && (
          <Button kind="quiet" onClick={() => onShow({})}>
            {t('jobs.clear')}
          </Button>
        )}
      </div>
    </div>
  );
}

interface FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function SearchField({ value, onChange }: FieldProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof Element && event.target.matches('input, textarea, select');
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);
  return (
    <LazyInput
      element={field}
      label={t('jobs.search')}
      hint={t('jobs.searchHint')}
      type="search"
      value={value}
      onChange={onChange}
    />
  );
}

function AgentField({ value, onChange }: FieldProps) {
  const { t } = useTranslation();
  const id = useId();
  // Most who look at the list never filter by agent.
  const [isAsked, setAsked] = useState(false);
  const { data } = useAsk({
    key: ['agents', 'names'],
    document: AgentNamesDocument,
    variables: {},
    enabled: isAsked,
  });
  return (
    <>
      <LazyInput
        label={t('jobs.agent')}
        hint={t('jobs.agent')}
        list={id}
        value={value}
        onChange={onChange}
        onFocus={() => setAsked(true)}
      />
      <datalist id={id}>
        {data?.agents.nodes.map(({ namespace, name }) => (
          <option key={`${namespace}/${name}`} value={`${namespace}/${name}`} />
        ))}
      </datalist>
    </>
  );
}

interface LazyInputProps extends FieldProps {
  readonly label: string;
  readonly hint: string;
  readonly type?: string;
  readonly list?: string;
  readonly onFocus?: () => void;
  readonly element?: React.Ref<HTMLInputElement>;
}

const restMs = 350;

/** Says what was written when the writer rests, or presses Enter. */
function LazyInput({ value, onChange, label, hint, element, ...rest }: LazyInputProps) {
  const [text, setText] = useState(value);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => latest.current(text), restMs);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <input
      ref={element}
      aria-label={label}
      placeholder={hint}
      value={text}
      onChange={({ target }) => setText(target.value)}
      onKeyDown={({ key }) => {
        if (key === 'Enter') onChange(text);
      }}
      {...rest}
    />
  );
}
