import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { AgentTextsDocument } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { DiffView } from '../../ui/diff-view.tsx';
import { Remote } from '../../ui/remote.tsx';
import { Time } from '../../ui/time.tsx';
import type { Agent } from './agent.ts';

/** The versions, and what changed from one to another. */
export function VersionsTab({ agent }: { readonly agent: Agent }) {
  const { t } = useTranslation();
  const { namespace, name, current, versions } = agent;
  const [to, setTo] = useState(current.version);
  const [from, setFrom] = useState(Math.max(1, current.version - 1));
  const query = useAsk({
    key: ['agents', 'texts', namespace, name, current.version],
    document: AgentTextsDocument,
    variables: { namespace, name },
  });
  return (
    <div className="versions">
      <ol className="list">
        {versions.nodes.map(({ id, version, createdAt, hash }) => (
          <li key={id} className="line">
            <strong>v{version}</strong>
            <Time at={createdAt} />
            <code className="quiet">{hash.slice(0, 12)}</code>
          </li>
        ))}
      </ol>
      <section>
        <div className="filters">
          {(
            [
              ['agents.from', from, setFrom],
              ['agents.to', to, setTo],
            ] as const
          ).map(([label, value, set]) => (
            <label key={label} className="inline">
              {t(label)}
              <select value={value} onChange={({ target }) => set(Number(target.value))}>
                {versions.nodes.map(({ version }) => (
                  <option key={version} value={version}>
                    v{version}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </div>
        <Remote query={query}>
          {(data) => {
            const textOf = (wanted: number): string =>
              data.agent?.versions.nodes.find(({ version }) => version === wanted)?.definition ??
              '';
            return <DiffView before={textOf(from)} after={textOf(to)} label={t('agents.diff')} />;
          }}
        </Remote>
      </section>
    </div>
  );
}
