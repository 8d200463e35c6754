import { z } from 'zod';

/** Part of a list: at most `first` items after the item that `after` stands for (a cursor from an earlier page). */
export const PageRequest = z.strictObject({
  first: z.int().min(1).max(100).default(20),
  after: z.string().max(200).optional(),
});
export type PageRequest = z.infer<typeof PageRequest>;

/** A page of a list: each item with its own cursor, and whether more follow. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    items: z.array(z.strictObject({ cursor: z.string(), item })),
    hasMore: z.boolean(),
  });
export type Page<T> = { items: { cursor: string; item: T }[]; hasMore: boolean };
