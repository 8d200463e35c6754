/** Relay's ids: the type and the opaque id, in base64. They say no more than the two. */
export const globalId = (type: string, id: string): string => btoa(`${type}:${id}`);

const shape = /^([A-Z][A-Za-z]{1,40}):([\x21-\x7e]{1,100})$/;

/** The two parts of a global id; undefined for anything else. */
export const rawId = (text: string): { typename: string; id: string } | undefined => {
  if (text.length > 200) return undefined;
  const decoded = shape.exec(Buffer.from(text, 'base64').toString('latin1'));
  return decoded?.[1] && decoded[2] ? { typename: decoded[1], id: decoded[2] } : undefined;
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The service's id in what a caller sent: a bare UUID (as they may have chosen it themselves) or a global id of this
 * type. Anything else stays as it is, and is refused where the input is parsed.
 */
export const idOf = (type: string, text: string): string => {
  if (uuid.test(text)) return text;
  const decoded = rawId(text);
  return decoded?.typename === type ? decoded.id : text;
};

/** The same for an id that may be left out. */
export const maybeIdOf = (type: string, text: string | null | undefined): string | undefined =>
  text === null || text === undefined ? undefined : idOf(type, text);
