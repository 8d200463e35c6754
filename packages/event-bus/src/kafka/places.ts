import type { Position } from '@adempauze/event-store';

/** Of each service, up to which sequence everything was had; `undefined` before the first. */
export type Had = ReadonlyMap<string, Position | undefined>;

/**
 * A place in several services' events as one text that only grows. Usually all services are at the same place of the
 * one log, and that sequence is the text, just as on the in-process bus: `0…042.001`. When one lags behind, the text
 * begins with its place, so that it still means "everything up to here was had", and then names the place of each:
 * `0…041.~/bookings=0…042.001,offers=0…041.~`. A `+` behind the sequence says that more of the same source event follows.
 */
export const encodePlace = (had: Had, halfwayAt?: Position): Position => {
  const places = [...had].sort(([a], [b]) => (a < b ? -1 : 1));
  const low = lowest(had) ?? '';
  const mark = halfwayAt !== undefined && halfwayAt === low ? '+' : '';
  if (places.every(([, place]) => place === low)) return `${low}${mark}`;
  return `${low}${mark}/${places.map(([service, place]) => `${service}=${place ?? ''}`).join(',')}`;
};

/** Also reads the places of the in-process bus; a service that is not named was had up to the common place. */
export const decodePlace = (
  place: Position | undefined,
  services: readonly string[],
): Map<string, Position | undefined> => {
  const [common = '', named = ''] = (place ?? '').split('/');
  const low = common.split('+')[0] || undefined;
  const own = new Map(
    named
      .split(',')
      .filter(Boolean)
      .map((it): [string, string] => {
        const at = it.indexOf('=');
        return [it.slice(0, at), it.slice(at + 1)];
      }),
  );
  return new Map(services.map((service) => [service, own.has(service) ? own.get(service) || undefined : low]));
};

/** For each service the farther of two. */
export const fartherOf = (a: Had, b: Had): Map<string, Position | undefined> =>
  new Map([...a].map(([service, place]) => [service, later(place, b.get(service))]));

export const lowest = (had: Had): Position | undefined => {
  let low: Position | undefined;
  for (const [index, place] of [...had.values()].entries()) {
    if (place === undefined) return undefined;
    if (index === 0 || low === undefined || place < low) low = place;
  }
  return low;
};

const later = (a: Position | undefined, b: Position | undefined) =>
  a === undefined || (b !== undefined && b > a) ? b : a;
