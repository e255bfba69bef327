import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react';

import type { Client } from '../client.ts';

const ClientContext = createContext<Client | undefined>(undefined);

/** Gives the hooks below it their client. One client has one connection, whoever looks at what. */
export function OperandiProvider(props: {
  readonly client: Client;
  readonly children?: ReactNode;
}): ReactElement {
  return createElement(ClientContext, { value: props.client }, props.children);
}

/** The client of the nearest `OperandiProvider`; throws without one. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === undefined)
    throw new Error('hooks of @operandi/sdk/react stand under <OperandiProvider client={…}>');
  return client;
}
