import { createHash } from 'node:crypto';

import type { CloudEvent } from '../../engine/host.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { storableText } from '../../kernel/storable.ts';
import type { Claim, EventNames } from './schemes/scheme.ts';

/** A message whose signature was found good. */
export interface Verified {
  /** Of the endpoint. */
  readonly name: string;
  readonly claim: Claim;
  readonly names: EventNames;
  readonly data: JsonValue;
  readonly now: Date;
}

const maxAttribute = 1_000;

/**
 * The event of a message. Its id is what the signature covers: that of the delivery, or the digest of all that is signed. So
 * whoever sends a signed message again, under whatever other headers, sends the same event.
 */
export function inboundEvent({ name, claim, names, data, now }: Verified): CloudEvent {
  const { type, subject, deliveryId } = names;
  return {
    specversion: '1.0',
    id: attribute(claim.id ?? names.id ?? digestOf(claim)),
    source: sourceOf(name),
    type: attribute(type),
    time: now.toISOString(),
    ...(subject === undefined ? {} : { subject: attribute(subject) }),
    ...(deliveryId === undefined ? {} : { deliveryid: attribute(deliveryId) }),
    datacontenttype: 'application/json',
    data,
  };
}

/** By which definitions know what comes through an endpoint. */
function sourceOf(name: string): string {
  return `/operandi/inbound/${name}`;
}

function digestOf({ signed }: Claim): string {
  const hash = createHash('sha256');
  for (const piece of signed) hash.update(piece);
  return hash.digest('hex');
}

function attribute(text: string): string {
  return storableText(text).slice(0, maxAttribute);
}
