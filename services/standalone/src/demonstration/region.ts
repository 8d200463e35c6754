import type { MunicipalityCode, Place } from '@adempauze/contracts';
import { createPlaces } from '@adempauze/places';

/** The region of the demonstration: between Haarlem, Gouda and Delft, where S01 (Hillegom, Lisse) and S02 (Rijswijk) are. */
const towns = [
  'Hillegom',
  'Lisse',
  'Sassenheim',
  'Voorhout',
  'Warmond',
  'Noordwijk',
  'Katwijk',
  'Leiden',
  'Leiderdorp',
  'Oegstgeest',
  'Voorschoten',
  'Wassenaar',
  'Den Haag',
  'Rijswijk',
  'Delft',
  'Leidschendam',
  'Zoetermeer',
  'Pijnacker',
  'Nootdorp',
  'Naaldwijk',
  'Alphen aan den Rijn',
  'Gouda',
  'Bodegraven',
  'Waddinxveen',
  'Nieuwkoop',
  'Hoofddorp',
  'Haarlem',
  'Heemstede',
] as const;

export type Town = (typeof towns)[number];

/** The towns by name, as places with their municipality. @throws Error when the place data lacks one. */
export const readRegion = (): { readonly towns: readonly [Place, ...Place[]]; town(name: Town): Place } => {
  const places = createPlaces();
  const byName = new Map(
    towns.map((name): [string, Place] => {
      const found = places.findPlace(name);
      if (!found) throw new Error(`The demonstration needs the town ${name}, which the place data lacks.`);
      return [
        name,
        {
          name: found.name,
          municipality: found.municipality as MunicipalityCode,
          point: { lat: found.lat, lon: found.lon },
        },
      ];
    }),
  );
  const town = (name: Town): Place => {
    const place = byName.get(name);
    if (!place) throw new Error(`${name} is no town of the region.`);
    return place;
  };
  const [first, ...rest] = [...byName.values()];
  if (!first) throw new Error('The region has no towns.');
  return { towns: [first, ...rest], town };
};
