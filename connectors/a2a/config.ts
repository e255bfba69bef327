import { z } from 'zod';

import { limitsSchema } from '../parts/limits.ts';
import { headersSchema, webAddress } from '../parts/web-config.ts';

const modes = z.array(z.string().min(1).max(200)).max(50);
const skillId = z.string().min(1).max(200);

const maxCardCharacters = 1_000_000;

const skill = z.strictObject({
  id: skillId,
  name: z.string().max(200).optional(),
  description: z.string().max(4000).optional(),
  /** Media types that it takes and gives. Absent: those of the agent. */
  inputModes: modes.optional(),
  outputModes: modes.optional(),
});

const card = z
  .strictObject({
    name: z.string().max(200),
    description: z.string().max(4000).optional(),
    /** Where the agent answers JSON-RPC, as it says. */
    url: webAddress.optional(),
    defaultInputModes: modes.optional(),
    defaultOutputModes: modes.optional(),
    skills: z.array(skill).max(500),
  })
  .refine((kept) => JSON.stringify(kept).length <= maxCardCharacters, {
    message: `it has more than ${String(maxCardCharacters)} characters`,
  });

export const configSchema = z.strictObject({
  /** The agent's address, below which its card is, or the card's own (`….json`). */
  url: webAddress,
  /** Where it answers JSON-RPC, in place of what its card says. */
  server: webAddress.optional(),
  /** The card as it was when somebody looked at it; `discoverIntegration` fetches it. */
  card: card.optional(),
  /** Sent with every request. */
  headers: headersSchema.optional(),
  /** Ids of the skills that are offered. Absent: all of the card. */
  skills: z.array(skillId).min(1).max(500).optional(),
  /** Ids of skills that do nothing but answer: their messages may be sent again. What a card says of that counts for nothing. */
  readOnly: z.array(skillId).max(500).default([]),
  /** `detected`: the agent knows a message again by its id, so that all may be sent again. */
  repeats: z.enum(['detected', 'unknown']).default('unknown'),
  /** `keep` hands on what an agent asks for as an answer; `fail` makes it a failed call. */
  questions: z.enum(['fail', 'keep']).default('fail'),
  /** How long a task of the agent is waited for, milliseconds. */
  maxTaskMs: z.int().min(1).max(86_400_000).default(600_000),
  /** First pause between two looks at a task, milliseconds; pauses grow to twenty times that. */
  pollMs: z.int().min(10).max(60_000).default(500),
  limits: limitsSchema,
});

export type A2aConfig = z.infer<typeof configSchema>;
export type AgentCard = z.infer<typeof card>;
export type AgentSkill = z.infer<typeof skill>;
