import { plainKey, type Scheme, secondsIn, signaturesIn, textAt } from './scheme.ts';

const prefix = 'v0=';

/** Slack: events, interactions and slash commands. */
export const slack: Scheme = {
  claim({ headers, body }) {
    const { 'x-slack-signature': signature, 'x-slack-request-timestamp': at = '' } = headers;
    const timestamp = secondsIn(at);
    if (signature?.startsWith(prefix) !== true || timestamp === undefined) return undefined;
    return {
      ...{ algorithm: 'sha256', timestamp, id: undefined },
      signed: [`v0:${at}:`, body],
      signatures: signaturesIn([signature.slice(prefix.length)], 'hex'),
    };
  },
  keyOf: plainKey,
  name(_message, data) {
    const command = textAt(data, 'command');
    const kind = textAt(data, 'event', 'type') ?? textAt(data, 'type');
    return {
      type: `com.slack.${kind ?? (command === undefined ? 'webhook' : 'slash_command')}`,
      id: textAt(data, 'event_id'),
      subject: textAt(data, 'team_id') ?? textAt(data, 'team', 'id'),
    };
  },
  /** Asked once, when the address is entered at Slack. */
  challenge: (data) =>
    textAt(data, 'type') === 'url_verification' ? textAt(data, 'challenge') : undefined,
};
