import {
  AcclimatisationStep,
  Activity,
  Bearer,
  CareTrait,
  Condition,
  Culture,
  FormId,
  HighRiskAct,
  Language,
  type Place,
  PlaceOfService,
  Point,
  PricePayer,
  ProviderKind,
  TakeoverLevel,
  type TimeSpan,
  Unit,
  VatCategory,
} from '@adempauze/contracts';
import type { Places } from '@adempauze/places';
import { Role } from '../policy/roles.ts';
import { builder } from './builder.ts';
import { badInput } from './input.ts';

/* The words that many concepts share: enums of the contract, spans of time, towns. */

/** An enum of the contract under GraphQL's spelling: `part-day` is `PART_DAY`. */
export const enumOf = <const T extends string>(name: string, values: readonly T[], description?: string) =>
  builder.enumType(name, {
    ...(description !== undefined && { description }),
    values: Object.fromEntries(
      values.map((value) => [/^[a-z]/.test(value) ? value.toUpperCase().replaceAll('-', '_') : value, { value }]),
    ) as Record<string, { value: T }>,
  });

export const FormIdEnum = enumOf('FormId', FormId.options, 'Forms of respite; the query `forms` has their names.');
export const ConditionEnum = enumOf('Condition', Condition.options, 'What somebody lives with.');
export const HighRiskActEnum = enumOf('HighRiskAct', HighRiskAct.options, 'Acts that need trained staff.');
export const LanguageEnum = enumOf('Language', Language.options);
export const UnitEnum = enumOf('Unit', Unit.options, 'How a form is counted. A part-day is four hours.');
export const VatCategoryEnum = enumOf('VatCategory', VatCategory.options);
export const BearerEnum = enumOf('Bearer', Bearer.options, 'Who bears what no funding source takes.');
export const PlaceOfServiceEnum = enumOf('PlaceOfService', PlaceOfService.options);
export const ProviderKindEnum = enumOf('ProviderKind', ProviderKind.options);
export const TakeoverEnum = enumOf('Takeover', TakeoverLevel.options);
export const CareTraitEnum = enumOf('CareTrait', CareTrait.options, 'What can be a reason not to take somebody in.');
export const CultureEnum = enumOf('Culture', Culture.options);
export const ActivityEnum = enumOf('Activity', Activity.options);
export const PricePayerEnum = enumOf('PricePayer', PricePayer.options, 'Who can have a price of their own.');
export const AcclimatisationStepEnum = enumOf(
  'AcclimatisationStep',
  AcclimatisationStep.options,
  'Getting used to a place before a stay.',
);
export const RoleEnum = enumOf('Role', Role.options);
export const SatisfactionEnum = enumOf('Satisfaction', ['yes', 'somewhat', 'no']);

export const TimeSpanType = builder.objectRef<TimeSpan>('TimeSpan').implement({
  description: 'From (included) until (not included).',
  fields: (t) => ({ from: t.expose('from', { type: 'Instant' }), until: t.expose('until', { type: 'Instant' }) }),
});
export const TimeSpanInput = builder.inputType('TimeSpanInput', {
  fields: (t) => ({ from: t.field({ type: 'Instant' }), until: t.field({ type: 'Instant' }) }),
});

export const PlaceType = builder.objectRef<Place>('Place').implement({
  description: 'A town or village: where somebody lives or works, no closer than that.',
  fields: (t) => ({
    name: t.exposeString('name'),
    municipalityCode: t.exposeString('municipality'),
    lat: t.float({ resolve: (place) => place.point.lat }),
    lon: t.float({ resolve: (place) => place.point.lon }),
  }),
});

/** Every place of input is a town's name, a name with its municipality (`Rijswijk (Altena)`), or a Dutch postcode. */
export const placeDescription = 'A town ("Delft", "Rijswijk (Altena)") or a postcode.';

/** Where somebody looks from is never kept, so it may be closer than a town: `52.0116,4.3571`, too. */
export const spotDescription = `${placeDescription} Or coordinates: "52.0116,4.3571".`;
const coordinates = /^(-?\d{1,2}(?:\.\d{1,8})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,8})?)$/;

/** A point to search from, with the municipality that it lies in. @throws GraphQLError BAD_USER_INPUT as `placeOf`. */
export const spotOf = (places: Places, text: string, pointer: string): Pick<Place, 'municipality' | 'point'> => {
  const [, lat, lon] = coordinates.exec(text.trim()) ?? [];
  if (lat === undefined || lon === undefined) return placeOf(places, text, pointer);
  const point = Point.safeParse({ lat: Number(lat), lon: Number(lon) });
  const municipality = point.success ? places.municipalityAt(point.data)?.code : undefined;
  if (!point.success || municipality === undefined) throw badInput(pointer, 'This does not lie in the Netherlands.');
  return { municipality: municipality as Place['municipality'], point: point.data };
};

/** @throws GraphQLError BAD_USER_INPUT when there is no such place, or when several share the name. */
export const placeOf = (places: Places, text: string, pointer: string): Place => {
  const found = text.length <= 80 ? (places.findPlace(text) ?? places.findPostcode(text)) : undefined;
  if (!found) throw badInput(pointer, 'There is no such place, or there are several: see the query `places`.');
  const { label, municipality, lat, lon } = found;
  return { name: label, municipality: municipality as Place['municipality'], point: { lat, lon } };
};
