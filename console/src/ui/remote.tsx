import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { Failure } from './failure.tsx';
import { Loading } from './loading.tsx';

interface Props<Data> {
  readonly query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>;
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}

/** A view of an answer in each of its states; what is known stays when asking again fails, and the failure is said above it. */
export function Remote<Data>({ query, rows, children }: Props<Data>) {
  const { data, error, refetch } = query;
  const failure = error !== null && <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return failure || <Loading {...(rows !== undefined && { rows })} />;
  return (
    <>
      {failure}
      {children(data)}
    </>
  );
}
