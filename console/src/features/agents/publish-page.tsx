import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useDeferredValue, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { CheckDefinitionDocument, PublishDocument } from '../../_generated/documents.ts';
import { useAsk, useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Problems } from '../../ui/problems.tsx';
import { BacktestPanel } from './backtest/backtest-panel.tsx';
import type { EditorHandle } from './editor/code-editor.tsx';
import { Findings } from './findings.tsx';
import { useOwnNames } from './use-own-names.ts';
import { useRested } from '../../app/use-rested.ts';

const CodeEditor = lazy(async () => ({
  default: (await import('./editor/code-editor.tsx')).CodeEditor,
}));

const none = [] as const;

/** Writes a definition; what the linter says stands beside it while it is written. */
export function PublishPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const editor = useRef<EditorHandle>(null);
  const [text, setText] = useState(template);
  const [isTrying, setTrying] = useState(false);
  const names = useOwnNames();
  const rested = useRested(useDeferredValue(text));
  const check = useAsk({
    key: ['definition', rested],
    document: CheckDefinitionDocument,
    variables: { definition: rested },
    enabled: rested.trim() !== '',
    isKept: true,
  });
  const publish = useDeed({
    document: PublishDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['agents']],
  });
  const report = check.data?.validateDefinition;
  const isChecked = rested === text && !check.isPlaceholderData;
  const take = (written: string): void => {
    setText(written);
    editor.current?.replace(written);
  };
  const send = async (): Promise<void> => {
    const { answer } = await publish.mutateAsync({ input: { definition: text } });
    if (answer.agent === null) return;
    const { namespace, name } = answer.agent;
    await navigate({ to: '/agents/$namespace/$name', params: { namespace, name } });
  };
  return (
    <Page
      title={t('agents.publish')}
      above={
        <nav className="crumbs" aria-label={t('crumbs')}>
          <Link to="/agents">{t('place.agents')}</Link>
        </nav>
      }
      actions={
        <>
          <label className="button plain file">
            {t('agents.file')}
            <input
              type="file"
              accept=".yaml,.yml,.json"
              onChange={({ target }) => {
                void target.files?.[0]?.text().then(take);
              }}
            />
          </label>
          <Button onClick={() => setTrying(true)}>{t('backtest.title')}</Button>
          <Button
            kind="primary"
            disabled={!may('AGENTS_PUBLISH') || report?.isValid !== true || !isChecked}
            isBusy={publish.isPending}
            onClick={() => void send().catch(() => undefined)}
          >
            {t('agents.publishNow')}
          </Button>
        </>
      }
    >
      <Problems error={publish.error} />
      <div className="publish">
        <div>
          <Suspense fallback={<Loading />}>
            <CodeEditor
              ref={editor}
              initialText={text}
              label={t('agents.tab.definition')}
              names={names}
              findings={(isChecked && report?.findings) || none}
              onChange={setText}
            />
          </Suspense>
          <p className="quiet">{t('agents.editorHint')}</p>
        </div>
        <aside aria-label={t('agents.findings')}>
          {check.error !== null && <Failure error={check.error} />}
          {report !== undefined && (
            <Findings
              findings={report.findings}
              isValid={report.isValid}
              onGo={(line, column) => editor.current?.go(line, column)}
            />
          )}
        </aside>
      </div>
      {isTrying && (
        <BacktestPanel definition={text} isSound={report?.isValid === true && isChecked} />
      )}
    </Page>
  );
}

const template = `document:
  dsl: '1.0.3'
  namespace: examples
  name: my-agent
  version: '1.0.0'
input:
  schema:
    document:
      type: object
      properties:
        name: { type: string }
do:
  - greet:
      set:
        greeting: \${ "Hello \\(.name)" }
`;
