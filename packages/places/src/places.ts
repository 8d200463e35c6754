import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Point } from './distance.ts';
import { createNear, type Near } from './near.ts';
import { decodePostcode, findPostcodeArea } from './postcodes.ts';

/** `code` is the CBS gemeentecode, four digits; codes change every 1 January, so keep the year beside a stored one. */
export type Municipality = { code: string; name: string; province: string };

/** A town, village or city quarter. `label` tells namesakes apart: 'Rijswijk' beside 'Rijswijk (Altena)'. */
export type Place = Point & { name: string; label: string; municipality: string };

/** Where the Netherlands' places are. Everything is in memory: no call waits, and none changes anything. */
export type Places = {
  /**
   * By name, label or alias ("den haag", "'s-Gravenhage", "Rijswijk (Altena)"); case, accents and punctuation do not
   * matter. Among namesakes a bare name means the one that named its municipality; where none did, undefined.
   */
  findPlace(query: string): Place | undefined;
  /** At most `max` places whose name or alias begins so, in alphabetical order; all namesakes are there. */
  listPlaces(prefix: string, max: number): Place[];
  /** Main place of the area of a Dutch postcode, with or without its letters: often 5 to 15 km from the address. */
  findPostcode(postcode: string): Place | undefined;
  municipality(code: string): Municipality | undefined;
  /** All 342, by code. */
  municipalities(): readonly Municipality[];
  /** The `max` places nearest to a point, nearest first. */
  nearest(point: Point, max: number): Near<Place>[];
  /** Municipality of the nearest place: an estimate near a border. Undefined further than 25 km from any place. */
  municipalityAt(point: Point): Municipality | undefined;
};

const Code = z.string().regex(/^\d{4}$/);
const MunicipalityRow = z.tuple([Code, z.string(), z.string()]);
const PlaceRow = z.tuple([z.string(), z.number(), z.number(), Code], z.string());

const readData = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8'));

/** What stays of a name when case, accents and punctuation do not matter: "'s-Gravenhage" → "s gravenhage". */
export const foldName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** Reads the package's own data, some 70 kB, once. */
export const createPlaces = (): Places => {
  const municipalities = z
    .array(MunicipalityRow)
    .parse(readData('municipalities.json'))
    .map(([code, name, province]): Municipality => ({ code, name, province }));
  const byCode = new Map(municipalities.map((it) => [it.code, it]));

  const rows = z.array(PlaceRow).parse(readData('places.json'));
  const namesakes = Map.groupBy(rows, ([name]) => foldName(name));
  const entries = rows.map(([name, lat, lon, municipality, ...aliases]) => {
    const municipalityName = byCode.get(municipality)?.name ?? municipality;
    const qualified = `${name} (${municipalityName})`;
    const isPlain = namesakes.get(foldName(name))?.length === 1 || name === municipalityName;
    const place: Place = { name, label: isPlain ? name : qualified, lat, lon, municipality };
    return { place, qualified, aliases };
  });

  const places = entries.map(({ place }) => place);
  const index = createNear(places, (it) => it);
  const nearest = (point: Point, max: number): Near<Place>[] =>
    index.near(point, Number.POSITIVE_INFINITY).take(max).toArray();

  // Later pairs win in a Map, so a label outdoes an alias, and an alias a name with its municipality behind it.
  const byKey = new Map<string, Place>([
    ...entries.map(({ place, qualified }): [string, Place] => [foldName(qualified), place]),
    ...entries.flatMap(({ place, aliases }) => aliases.map((it): [string, Place] => [foldName(it), place])),
    ...places.map((place): [string, Place] => [foldName(place.label), place]),
  ]);
  const alphabet = entries
    .flatMap(({ place, aliases }) => [place.label, ...aliases].map((it) => ({ key: foldName(it), place })))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));

  const findPlace = (query: string): Place | undefined => byKey.get(foldName(query));

  return {
    findPlace,
    listPlaces(prefix, max) {
      const begin = foldName(prefix);
      return [...new Set(alphabet.filter(({ key }) => key.startsWith(begin)).map(({ place }) => place))].slice(0, max);
    },
    findPostcode(postcode) {
      const digits = decodePostcode(postcode);
      const label = digits && findPostcodeArea(digits);
      return label ? findPlace(label) : undefined;
    },
    municipality: (code) => byCode.get(code),
    municipalities: () => municipalities,
    nearest,
    municipalityAt(point) {
      const [place] = index.near(point, 25).take(1);
      return place && byCode.get(place.item.municipality);
    },
  };
};
