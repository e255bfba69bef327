import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';

import { type Client, createClient } from '../../../sdk/src/client.ts';
import { OperandiError } from '../../../sdk/src/errors.ts';
import { WhoIsItDocument } from '../_generated/documents.ts';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { forgetKey, keepKey, keptKey } from './credential.ts';
import { endpointUrl } from './endpoint.ts';
import { type LeaveReason, type Session, SessionContext, type Viewer } from './session.ts';
import { SignIn } from './sign-in.tsx';

interface Known {
  readonly client: Client;
  readonly viewer: Viewer;
  readonly kind: Session['kind'];
}
type Gate =
  | { readonly at: 'asking' }
  | { readonly at: 'out'; readonly reason?: LeaveReason | 'refused' | undefined }
  | { readonly at: 'fault'; readonly error: unknown }
  | ({ readonly at: 'in' } & Known);

async function ask(key: string | undefined): Promise<Known> {
  const client = createClient({ url: endpointUrl(), apiKey: key });
  const { viewer } = await client.request(WhoIsItDocument, {}, { isRepeatable: true });
  return { client, viewer, kind: key === undefined ? 'session' : 'key' };
}

/** Lets in who is known by a key of this tab or by the session's cookie; others are asked. */
export function SignInGate({ children }: { readonly children: ReactNode }) {
  const [gate, setGate] = useState<Gate>({ at: 'asking' });

  const enter = useCallback(async (key: string | undefined, isTyped: boolean) => {
    try {
      const known = await ask(key);
      if (key !== undefined) keepKey(key);
      setGate({ at: 'in', ...known });
    } catch (error) {
      const isUnknown = error instanceof OperandiError && error.code === 'UNAUTHENTICATED';
      if (isUnknown) forgetKey();
      const reason = isTyped ? 'refused' : key === undefined ? undefined : 'ended';
      setGate(isUnknown ? { at: 'out', reason } : { at: 'fault', error });
    }
  }, []);

  useEffect(() => {
    void enter(keptKey(), false);
  }, [enter]);

  if (gate.at === 'asking') return <Loading />;
  if (gate.at === 'fault')
    return (
      <main className="alone">
        <Failure error={gate.error} onRetry={() => void enter(keptKey(), false)} />
      </main>
    );
  if (gate.at === 'out') return <SignIn reason={gate.reason} onKey={(key) => enter(key, true)} />;
  return (
    <Inside known={gate} onLeave={(reason) => setGate({ at: 'out', reason })}>
      {children}
    </Inside>
  );
}

interface InsideProps {
  readonly known: Known;
  readonly onLeave: (reason: LeaveReason) => void;
  readonly children: ReactNode;
}

/** One cache a session: nothing that one tenant was answered is ever shown to the next. */
function Inside({ known, onLeave, children }: InsideProps) {
  const { client, viewer, kind } = known;
  const leave = useCallback<Session['leave']>(
    (reason = 'signedOut') => {
      forgetKey();
      void client[Symbol.asyncDispose]();
      const isEnding = kind === 'session' && reason === 'signedOut';
      if (isEnding) void fetch('/auth/logout', { method: 'POST', redirect: 'manual' });
      onLeave(reason);
    },
    [client, kind, onLeave],
  );
  const session = useMemo<Session>(
    () => ({
      ...{ client, viewer, kind, leave },
      may: (permission) => viewer.permissions.includes(permission),
    }),
    [client, viewer, kind, leave],
  );
  const cache = useMemo(() => createCache(leave), [leave]);
  return (
    <SessionContext value={session}>
      <QueryClientProvider client={cache}>{children}</QueryClientProvider>
    </SessionContext>
  );
}

function createCache(leave: Session['leave']): QueryClient {
  const cache = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // The browser's word for being offline is often wrong on machines without a route out.
        networkMode: 'always',
        retry: (count, error) => count < 2 && error instanceof OperandiError && error.isRetryable,
        retryDelay: (count) => 400 * 2 ** count,
      },
      mutations: { networkMode: 'always' },
    },
  });
  cache.getQueryCache().subscribe(({ query }) => {
    const error: unknown = query.state.error;
    if (error instanceof OperandiError && error.code === 'UNAUTHENTICATED') leave('ended');
  });
  return cache;
}
