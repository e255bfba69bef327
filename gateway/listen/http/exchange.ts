import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Caller } from '../../admit/admission.ts';
import type { Coding } from '../../answer/compress.ts';
import type { AccessNotes } from './access-log.ts';
import type { Negotiated } from './negotiate.ts';
import type { Upload } from './uploads/read-upload.ts';

/** One request on its way. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly requestId: string;
  /** Headers every answer gets: CORS and request id. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly notes: AccessNotes;
}

/** A GraphQL request that was read, of a caller who is known. */
export interface GraphQLExchange extends Exchange {
  readonly negotiated: Negotiated;
  /** How the answer is compressed. */
  readonly coding: Coding | undefined;
  readonly caller: Caller;
  /** The body of a POST, the query string of a GET. */
  readonly text: string;
  /** Where the body brings files: puts them into what the text says. */
  readonly placeFiles?: Upload['placeIn'];
}
