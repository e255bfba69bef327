import type { SecretResolvers } from '../_generated/resolvers.ts';
import { presentTime } from '../presenters.ts';

export const secret: SecretResolvers = {
  createdAt: ({ createdAt }) => presentTime(createdAt),
  updatedAt: ({ updatedAt }) => presentTime(updatedAt),
};
