import type { JsonObject } from '../../kernel/json.ts';

/** An operation, and the method of the Web API that does it. */
export interface SlackOperation {
  readonly name: OperationName;
  readonly description: string;
  readonly method: string;
  readonly arguments: JsonObject;
  /** Part of the answer that is handed on. */
  readonly result: string;
  /** Schema of that part. */
  readonly resultSchema: JsonObject;
  /** True when it does nothing but read: it goes as a query, and may be repeated. */
  readonly isSafe?: true;
  /** The list that comes in pages. */
  readonly pages?: true;
  /** Errors that say that what is wanted is so already. */
  readonly alreadySo?: readonly string[];
  /** Errors that say that there is no such thing; the result is null then. */
  readonly missing?: readonly string[];
}

export const operationNames = [
  'postMessage',
  'reply',
  'updateMessage',
  'deleteMessage',
  'postEphemeral',
  'addReaction',
  'openConversation',
  'openView',
  'updateView',
  'publishHome',
  'findUserByEmail',
  'getUser',
  'listChannels',
  'readMessages',
  'readReplies',
  'getPermalink',
] as const;

export type OperationName = (typeof operationNames)[number];

const id = { type: 'string', minLength: 1, maxLength: 255 };
const moment = {
  type: 'string',
  pattern: '^[0-9]{1,12}\\.[0-9]{1,9}$',
  description: 'A ts of Slack.',
};
const text = { type: 'string', minLength: 1, maxLength: 40_000 };
const blocks = { type: 'array', items: { type: 'object' }, maxItems: 50 };
const attachments = { type: 'array', items: { type: 'object' }, maxItems: 100 };
const flag = { type: 'boolean' };
const view = {
  type: 'object',
  properties: { type: { enum: ['modal', 'home'] } },
  required: ['type'],
};
const maxItems = {
  type: 'integer',
  minimum: 1,
  maximum: 10_000,
  description: 'More are not asked for. 1000 if absent.',
};

const message = { text, blocks, attachments, unfurl_links: flag, unfurl_media: flag, mrkdwn: flag };
const object = { type: 'object' };
const list = { type: 'array', items: object };

/** Arguments by their names; the first ones are required, and one of `oneOf` is where it is given. */
function taking(
  required: JsonObject,
  optional: JsonObject = {},
  oneOf: readonly string[] = [],
): JsonObject {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
    ...(oneOf.length === 0 ? {} : { anyOf: oneOf.map((name) => ({ required: [name] })) }),
  };
}

const content = ['text', 'blocks', 'attachments'];

export const operations: readonly SlackOperation[] = [
  {
    name: 'postMessage',
    description: 'Says something in a channel, or to a person.',
    method: 'chat.postMessage',
    arguments: taking(
      { channel: id },
      { ...message, thread_ts: moment, metadata: object },
      content,
    ),
    result: '',
    resultSchema: object,
  },
  {
    name: 'reply',
    description: 'Answers in the thread of a message.',
    method: 'chat.postMessage',
    arguments: taking(
      { channel: id, thread_ts: moment },
      { ...message, reply_broadcast: flag, metadata: object },
      content,
    ),
    result: '',
    resultSchema: object,
  },
  {
    name: 'updateMessage',
    description: 'Changes a message.',
    method: 'chat.update',
    arguments: taking({ channel: id, ts: moment }, { text, blocks, attachments }, content),
    result: '',
    resultSchema: object,
  },
  {
    name: 'deleteMessage',
    description: 'Takes a message back.',
    method: 'chat.delete',
    arguments: taking({ channel: id, ts: moment }),
    result: '',
    resultSchema: object,
    alreadySo: ['message_not_found'],
  },
  {
    name: 'postEphemeral',
    description: 'Says something in a channel that one person sees.',
    method: 'chat.postEphemeral',
    arguments: taking(
      { channel: id, user: id },
      { text, blocks, attachments, thread_ts: moment },
      content,
    ),
    result: '',
    resultSchema: object,
  },
  {
    name: 'addReaction',
    description: 'Puts an emoji to a message.',
    method: 'reactions.add',
    arguments: taking({ channel: id, timestamp: moment, name: id }),
    result: '',
    resultSchema: object,
    alreadySo: ['already_reacted'],
  },
  {
    name: 'openConversation',
    description: 'The conversation with a person, or with several (ids with commas between).',
    method: 'conversations.open',
    arguments: taking({ users: { type: 'string', minLength: 1, maxLength: 255 } }),
    result: 'channel',
    resultSchema: object,
  },
  {
    name: 'openView',
    description: 'Shows a modal to the person who has just done something.',
    method: 'views.open',
    arguments: taking({ trigger_id: id, view }),
    result: 'view',
    resultSchema: object,
  },
  {
    name: 'updateView',
    description: 'Changes a modal.',
    method: 'views.update',
    arguments: taking({ view }, { view_id: id, external_id: id, hash: id }, [
      'view_id',
      'external_id',
    ]),
    result: 'view',
    resultSchema: object,
  },
  {
    name: 'publishHome',
    description: 'Shows a home tab to a person.',
    method: 'views.publish',
    arguments: taking({ user_id: id, view }, { hash: id }),
    result: 'view',
    resultSchema: object,
  },
  {
    name: 'findUserByEmail',
    description: 'The person with an address, or null.',
    method: 'users.lookupByEmail',
    arguments: taking({ email: { type: 'string', minLength: 3, maxLength: 320 } }),
    result: 'user',
    resultSchema: { type: ['object', 'null'] },
    isSafe: true,
    missing: ['users_not_found'],
  },
  {
    name: 'getUser',
    description: 'A person by id, or null.',
    method: 'users.info',
    arguments: taking({ user: id }),
    result: 'user',
    resultSchema: { type: ['object', 'null'] },
    isSafe: true,
    missing: ['user_not_found'],
  },
  {
    name: 'listChannels',
    description: 'Channels, page by page up to `maxItems`.',
    method: 'conversations.list',
    arguments: taking({}, { types: id, exclude_archived: flag, team_id: id, maxItems }),
    result: 'channels',
    resultSchema: list,
    ...{ isSafe: true, pages: true },
  },
  {
    name: 'readMessages',
    description: 'Messages of a channel, the newest first, page by page up to `maxItems`.',
    method: 'conversations.history',
    arguments: taking(
      { channel: id },
      { oldest: moment, latest: moment, inclusive: flag, include_all_metadata: flag, maxItems },
    ),
    result: 'messages',
    resultSchema: list,
    ...{ isSafe: true, pages: true },
  },
  {
    name: 'readReplies',
    description: 'Messages of a thread, page by page up to `maxItems`.',
    method: 'conversations.replies',
    arguments: taking(
      { channel: id, ts: moment },
      { oldest: moment, latest: moment, inclusive: flag, include_all_metadata: flag, maxItems },
    ),
    result: 'messages',
    resultSchema: list,
    ...{ isSafe: true, pages: true },
  },
  {
    name: 'getPermalink',
    description: 'The address of a message.',
    method: 'chat.getPermalink',
    arguments: taking({ channel: id, message_ts: moment }),
    result: 'permalink',
    resultSchema: { type: 'string' },
    isSafe: true,
  },
];
