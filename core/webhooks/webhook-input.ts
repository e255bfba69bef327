import { z } from 'zod';

import { agentList } from '../jobs/agent-list.ts';
import { words } from '../jobs/names.ts';

/** Endpoints of one tenant at most: all of them together leave room in what a tenant may have under way. */
export const maxWebhooks = 20;

/** The only addresses that can be called at all; whether one may be is looked at when it is called. */
const address = z
  .string()
  .max(2_048)
  .refine(isAddress, 'must be an absolute https or http URL without user name and fragment');

const eventFilter = z
  .string()
  .max(200)
  .regex(
    /^(?:\*|[A-Za-z0-9][A-Za-z0-9._-]*\*?)$/,
    'must be an event type, the beginning of some with * behind, or * alone',
  );

const fields = {
  url: address,
  description: words(500),
  events: z
    .array(eventFilter)
    .min(1)
    .max(50)
    .transform((events) => [...new Set(events)].toSorted()),
  agents: agentList,
};

export const createWebhookInput = z.strictObject({
  ...fields,
  agents: agentList.nullish(),
});

export const updateWebhookInput = z.strictObject({
  id: z.uuid(),
  url: fields.url.nullish(),
  description: fields.description,
  events: fields.events.nullish(),
  agents: agentList.nullish(),
  isEnabled: z.boolean().nullish(),
});

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return false;
  return url.username === '' && url.password === '' && url.hash === '';
}
