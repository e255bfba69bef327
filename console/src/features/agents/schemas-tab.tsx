import { useTranslation } from 'react-i18next';

import { Empty } from '../../ui/empty.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import type { Agent } from './agent.ts';

/** What the agent takes and answers. */
export function SchemasTab({ agent }: { readonly agent: Agent }) {
  const { t } = useTranslation();
  const { inputSchema, outputSchema } = agent.current;
  return (
    <div className="columns">
      {(
        [
          [t('job.input'), inputSchema],
          [t('job.output'), outputSchema],
        ] as const
      ).map(([name, schema]) => (
        <section key={name}>
          <h2>{name}</h2>
          {schema == null ? (
            <Empty title={t('agents.noSchema')} />
          ) : (
            <JsonView value={schema} label={name} />
          )}
        </section>
      ))}
    </div>
  );
}
