import type { HouseholdView, Offers, SeekOption, SeekRespite, Sought } from '@adempauze/contracts';

/** What a household wishes of who comes, as search asks it. */
export type Wished = Pick<SeekRespite, 'language' | 'culture' | 'womanOnRequest'>;

/** The family's own language where that is not Dutch, its culture, and a woman where that is preferred (R53). */
export const wishedBy = ({ languages, wishes }: Pick<HouseholdView, 'languages' | 'wishes'>): Wished => {
  const [language] = languages;
  const [culture] = wishes?.cultures ?? [];
  return {
    ...(language === undefined || language === 'nl' ? {} : { language }),
    ...(culture === undefined ? {} : { culture }),
    ...(wishes?.womanPreferred ? { womanOnRequest: true } : {}),
  };
};

/** A wish ranks and excludes nothing: what meets it comes before the rest, among the forms at home and among the others. */
export const seekWished = async (
  { seekRespite }: Pick<Offers, 'seekRespite'>,
  input: SeekRespite,
  wished: Wished,
): Promise<Sought> => {
  if (Object.keys(wished).every((it) => it in input)) return seekRespite(input);
  const [met, all] = await Promise.all([seekRespite({ ...wished, ...input }), seekRespite(input)]);
  const first = new Set(met.options.map(({ hit }) => hit.offer.offerId));
  const options = [...met.options, ...all.options.filter(({ hit }) => !first.has(hit.offer.offerId))]
    .toSorted((a, b) => Number(b.hit.atHome) - Number(a.hit.atHome))
    .slice(0, input.first);
  return { ...all, options, beside: besideOf(met, all) };
};

/** As many other forms as there would be without the wish; of the same form what meets it. */
const besideOf = (met: Sought, all: Sought): SeekOption[] => {
  const ofForm = new Map([...all.beside, ...met.beside].map((it) => [it.hit.offer.form, it]));
  return all.beside.map((it) => ofForm.get(it.hit.offer.form) ?? it);
};
