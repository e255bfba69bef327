import { z } from 'zod';

import { limitsSchema } from '../parts/limits.ts';
import { headersSchema, webAddress } from '../parts/web-config.ts';

const schema = z.record(z.string(), z.json());
const toolName = z.string().min(1).max(128);

const maxToolCharacters = 1_000_000;

const tool = z.strictObject({
  name: toolName,
  description: z.string().max(4000).optional(),
  inputSchema: schema,
  outputSchema: schema.optional(),
});

const fields = z.strictObject({
  /** Where the server answers by Streamable HTTP. */
  url: webAddress.optional(),
  /** In place of `url`: a program that the operator has set up, by its name. */
  server: z.string().min(1).max(63).optional(),
  /** Sent with every request. */
  headers: headersSchema.optional(),
  /** The tools as they were when somebody looked at them; `discoverIntegration` fetches them. A tool that differs is not called. */
  tools: z
    .array(tool)
    .max(500)
    .refine((tools) => JSON.stringify(tools).length <= maxToolCharacters, {
      message: `they have more than ${String(maxToolCharacters)} characters`,
    })
    .optional(),
  /** Names of the tools that are offered. Absent: all that are found. */
  allow: z.array(toolName).min(1).max(500).optional(),
  /** Names of tools that do nothing but read: their calls may be repeated. What a server says of that counts for nothing. */
  readOnly: z.array(toolName).max(500).default([]),
  limits: limitsSchema,
});

export const configSchema = fields
  .refine(({ url, server }) => (url === undefined) !== (server === undefined), {
    ...{ path: ['url'], message: 'either `url` or `server` is needed' },
  })
  .refine(({ server, headers }) => server === undefined || headers === undefined, {
    ...{ path: ['headers'], message: 'a program gets none' },
  });

export type McpConfig = z.infer<typeof configSchema>;
export type McpTool = z.infer<typeof tool>;
