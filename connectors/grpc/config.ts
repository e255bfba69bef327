import { z } from 'zod';

import { limitsSchema } from '../parts/limits.ts';
import { headerName } from '../parts/names.ts';
import { headersSchema } from '../parts/web-config.ts';

const maxProtoCharacters = 500_000;
const fullName = z
  .string()
  .regex(/^[A-Za-z_][\w.]{0,254}$/u, 'a full name, such as ledger.v1.Books');

export const configSchema = z.strictObject({
  host: z
    .string()
    .max(253)
    .regex(/^[\w.:[\]-]+$/u, 'a name or an address'),
  port: z.int().min(1).max(65_535).default(443),
  /** `verify` asks for a certificate that is valid for the host; `off` sends everything, the credential too, in the open. */
  tls: z.enum(['verify', 'off']).default('verify'),
  /** Certificates (PEM) of the authority that signs the server's, where it is none of the usual ones. */
  certificateAuthority: z.string().max(65_536).optional(),
  /** Texts of the .proto files (proto2, proto3) by the paths by which they import each other. */
  protos: z
    .record(z.string().min(1).max(255), z.string())
    .refine((protos) => Object.values(protos).join('').length <= maxProtoCharacters, {
      message: `they have more than ${String(maxProtoCharacters)} characters`,
    })
    .optional(),
  /** A set of file descriptors (base64), as `protoc --include_imports --descriptor_set_out` writes it; `discoverIntegration` asks a server with reflection for it. */
  descriptors: z.base64().max(2_000_000).optional(),
  /** Full names of the services that are offered. Absent: all. */
  services: z.array(fullName).min(1).max(200).optional(),
  /** Operations that do nothing but read: their calls may be repeated. */
  readOnly: z.array(z.string().max(63)).max(500).default([]),
  /** Metadata that goes with every call. */
  headers: headersSchema.optional(),
  /** Metadata that carries the idempotency key; with it, any call may be repeated. */
  idempotencyHeader: headerName.optional(),
  /** More messages of a stream are a failure, never cut off. */
  maxMessages: z.int().min(1).max(100_000).default(1_000),
  limits: limitsSchema,
});

export type GrpcConfig = z.infer<typeof configSchema>;
