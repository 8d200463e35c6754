import { z } from 'zod';

/** A column that holds JSON, read with the schema of what it holds. */
export const jsonOf = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
