/** A place in a list: the key of the item there, so that it stays what it is whatever comes and goes. */
export const encodeCursor = (key: string | number): string => Buffer.from(`after ${key}`).toString('base64url');

/** The key that a cursor stands for. Undefined for what was not made here. */
export const decodeCursor = (cursor: string): string | undefined => {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  return text.startsWith('after ') ? text.slice('after '.length) : undefined;
};
