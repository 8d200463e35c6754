import { z } from 'zod';

/**
 * One kind of event. The type and the shape are kept for ever: a changed shape raises `version` and takes an upcaster
 * with a stored fixture (`packages/event-store`).
 */
export const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S, version = 1) =>
  z.object({ type: z.literal(type), data: z.strictObject(shape) }).meta({ version });
