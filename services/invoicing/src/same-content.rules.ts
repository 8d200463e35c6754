/** Whether two pieces of plain data say the same, whatever the order of their keys; an absent key is an undefined one. */
export const sameContent = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameContent(Reflect.get(a, key), Reflect.get(b, key)));
};
