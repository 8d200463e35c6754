import { z } from 'zod';

const Place = z.tuple([z.string(), z.int().min(0)]);

/** A place in the list of invoices: month and number, which never change. */
export const encodeCursor = (month: string, count: number): string =>
  Buffer.from(JSON.stringify([month, count])).toString('base64url');

/** What was not made here stands after everything: an empty page. */
export const decodeCursor = (cursor: string | undefined): readonly [month: string, count: number] => {
  if (cursor === undefined) return ['', 0];
  try {
    return Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    return ['\u{10ffff}', 0];
  }
};
