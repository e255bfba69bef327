import type { SentMark } from '../egress/converse.ts';
import type { Session } from '../egress/idle-sessions.ts';
import type { Inbox } from './inbox.ts';
import type { WireMessage } from './messages.ts';
import type { Target } from './target.ts';

/** A connection to a channel. */
export interface Line extends Session {
  /** Resolves when the peer has it, as far as the protocol tells. */
  publish(message: WireMessage, mark: SentMark): Promise<void>;
  /** Puts what comes into the inbox until the line is closed; rejects when the peer ends it. */
  consume(inbox: Inbox): Promise<void>;
}

/** With what a line is opened. */
export interface LineWish {
  /** How messages call the peer. */
  readonly name: string;
  readonly target: Target;
  readonly headers: Readonly<Record<string, string>>;
  /** Of MQTT. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
  readonly maxBytes: number;
}
