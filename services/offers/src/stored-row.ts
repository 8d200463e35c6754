import { z } from 'zod';

/*
 * Columns of our own read models. Their events were checked when they were written and nobody else writes these rows, so
 * their shape needs no second look: at a start there are millions of them.
 */

const isText = (value: unknown): boolean => typeof value === 'string';

/** An id, a moment or a day as it was stored. */
export const storedText = <T extends string>() => z.custom<T>(isText);

/** What was stored as JSON. */
export const storedJson = <T>() => z.string().transform((text): T => JSON.parse(text));
