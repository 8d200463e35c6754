import {
  type CostEstimate,
  EstimateCosts,
  type HouseholdView,
  mostEstimates,
  type OfferView,
  PricePayer,
  type SeekOption,
} from '@adempauze/contracts';
import { type Day, dayOf, UnavailableError } from '@adempauze/kernel';
import type { Services } from '../context.ts';
import { builder } from './builder.ts';
import { CoverageEnum } from './money.ts';
import { ownCostInWords } from './own-cost-words.ts';
import { MessageLanguage } from './rejected.ts';
import { enumOf, PricePayerEnum } from './vocabulary.ts';

/*
 * "Price for me": what a household would pay itself for what search found (R46), by the rules of the quote that it would get.
 * One question to invoicing for a whole page, and only when somebody wants to know.
 */

/** How long a page waits for it; without an answer the options are there all the same (R03). */
const waitMs = 1000;

/** What is found, with what it would cost this household itself, time by time. */
export type CostedOption = SeekOption & {
  /** In the order of its times; null: not known now. */
  readonly ownCosts?: () => Promise<readonly CostEstimate[] | null>;
};

/** `guaranteed`: the guarantee bears what no source takes, whatever the offer says, and the caregiver nothing (R04, R09). */
type Bearing = { readonly guaranteed?: boolean };

export type PageCosts = {
  /** The options, each with its own costs. All of a page before the first is asked. */
  add(options: readonly SeekOption[], bearing?: Bearing): CostedOption[];
  /** Whether they are known. */
  areKnown(): Promise<boolean>;
};

type Costing = EstimateCosts['options'][number];
type Asked = { readonly option: SeekOption } & Required<Bearing>;

export const costsFor = (
  { householdId, recipient }: Pick<HouseholdView, 'householdId' | 'recipient'>,
  { invoicing, clock }: Pick<Services, 'invoicing' | 'clock'>,
): PageCosts => {
  const asked: Asked[] = [];
  let answer: Promise<ReadonlyMap<string, CostEstimate> | undefined> | undefined;

  const costingOf = ({ option, guaranteed }: Asked, on: Day, quantity: number): Costing | undefined => {
    const { offer, atHome } = option.hit;
    const tariff = offer.tariffs.findLast(({ from }) => from <= on);
    if (tariff === undefined) return undefined;
    const payerPrices = payerPricesOf(offer, on);
    return {
      ...{ form: offer.form, unit: offer.unit, quantity, unitPriceCents: tariff.priceCents, on },
      ...(payerPrices.length === 0 ? {} : { payerPrices }),
      bearer: guaranteed ? 'guarantee' : offer.bearer,
      municipality: (atHome ? recipient.place?.municipality : undefined) ?? offer.place.municipality,
      providerId: offer.providerId,
      ...(guaranteed ? { ownAtMostCents: 0 } : {}),
    };
  };
  const costingsOf = (it: Asked): (Costing | undefined)[] => {
    const { times, onRequest, offer } = it.option.hit;
    if (times.length > 0) return times.map(({ span, quantity }) => costingOf(it, dayOf(span.from), quantity));
    // Of a time that is still to be asked nothing is known but that it is free, when it always is.
    return onRequest && isFree(offer) ? [costingOf(it, dayOf(clock()), 100)] : [];
  };

  const ask = async () => {
    // Many times cost the same. The first times of all options come before the second of any.
    const costings = new Map<string, Costing>();
    const perOption = asked.map(costingsOf);
    const most = Math.max(0, ...perOption.map(({ length }) => length));
    for (let index = 0; index < most; index += 1) {
      for (const costing of perOption.map((it) => it[index])) {
        if (costing !== undefined && costings.size < mostEstimates) costings.set(keyOf(costing), costing);
      }
    }
    const options = [...costings.values()];
    if (options.length === 0) return new Map<string, CostEstimate>();
    const input = EstimateCosts.parse({ householdId, options });
    const estimates = await inTime(invoicing.estimateCosts(input));
    if (estimates === undefined) return undefined;
    return new Map(
      [...costings.keys()].flatMap((key, index): [string, CostEstimate][] => {
        const estimate = estimates[index];
        return estimate === undefined ? [] : [[key, estimate]];
      }),
    );
  };
  const read = () => {
    answer ??= ask();
    return answer;
  };

  return {
    add(options, { guaranteed = false } = {}) {
      const added = options.map((option): Asked => ({ option, guaranteed }));
      asked.push(...added);
      return added.map((it) => ({
        ...it.option,
        async ownCosts() {
          const estimates = await read();
          const own = costingsOf(it).map((one) => (one === undefined ? undefined : estimates?.get(keyOf(one))));
          const known = own.filter((it) => it !== undefined);
          return estimates === undefined || known.length < own.length ? null : known;
        },
      }));
    },
    areKnown: async () => (await read()) !== undefined,
  };
};

const keyOf = (costing: Costing): string => JSON.stringify(costing);

/** Undefined when it was not there in time, or cannot be had now: an own cost is never what a search waits for. */
const inTime = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMs);
  });
  try {
    return await Promise.race([asked, late]);
  } catch (error) {
    if (error instanceof UnavailableError) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

const payerPricesOf = ({ payerTariffs }: OfferView, on: Day) =>
  PricePayer.options.flatMap((payer) => {
    const tariff = payerTariffs.findLast((it) => it.payer === payer && it.from <= on);
    return tariff === undefined ? [] : [{ payer, unitPriceCents: tariff.priceCents }];
  });

const isFree = ({ tariffs, payerTariffs }: OfferView): boolean =>
  [...tariffs, ...payerTariffs].every(({ priceCents }) => priceCents === 0);

/** What the cheapest of its times costs this household itself; undefined when that is not known now. */
const leastOf = async ({ ownCosts }: CostedOption): Promise<number | undefined> => {
  // Why it cannot be known is for the field that shows it to say.
  const known = (await ownCosts?.().catch(() => null)) ?? [];
  return known.length === 0 ? undefined : Math.min(...known.map(({ ownCostCents }) => ownCostCents));
};

export type PriceForMe = {
  /** What costs more is left out; what is not known stays (R44). */
  readonly atMostOwnCents?: number | null | undefined;
  readonly order?: 'usual' | 'own-cost' | null | undefined;
};

/** By what it costs the household itself, as it wishes; at an equal price in the order in which they were. */
export const byOwnCost = async (
  options: readonly CostedOption[],
  { atMostOwnCents, order }: PriceForMe,
): Promise<CostedOption[]> => {
  const priced = await Promise.all(options.map(async (option) => ({ option, least: await leastOf(option) })));
  const fitting = priced.filter(({ least }) => least === undefined || least <= (atMostOwnCents ?? least));
  const unknown = Number.MAX_SAFE_INTEGER;
  if (order === 'own-cost') fitting.sort((a, b) => (a.least ?? unknown) - (b.least ?? unknown));
  return fitting.map(({ option }) => option);
};

export const OwnCostType = builder.objectRef<CostEstimate>('OwnCost').implement({
  description: 'What a household would pay itself at most (R46), as it would be quoted now. Nothing is reserved.',
  fields: (t) => ({
    ownCostCents: t.exposeInt('ownCostCents'),
    coverage: t.expose('coverage', { type: CoverageEnum }),
    priceCents: t.exposeInt('priceCents', { description: 'The whole price, for who pays first.' }),
    pricedFor: t.field({
      type: PricePayerEnum,
      nullable: true,
      description: 'Whose price of their own that is; none: it is the price for everybody.',
      resolve: (it) => it.pricedFor,
    }),
    message: t.string({
      description: 'The same in one sentence: what the household pays itself, and who pays the rest.',
      args: { language: t.arg({ type: MessageLanguage, defaultValue: 'nl' }) },
      resolve: (it, { language }) => ownCostInWords(it)[language ?? 'nl'],
    }),
  }),
});

const OwnCostsKnownEnum = enumOf(
  'OwnCostsKnown',
  ['shown', 'no-answer'],
  'Whether it is known what the household pays itself; it never holds up a search.',
);

/** Beside a page: whether its own costs are known, or could not be had in time. */
export const ownCostsKnown = {
  type: OwnCostsKnownEnum,
  nullable: true,
  description: 'Whether own costs are shown with the options; nothing without a household.',
  resolve: async ({ costs }: { readonly costs?: PageCosts | undefined }) =>
    costs ? ((await costs.areKnown()) ? ('shown' as const) : ('no-answer' as const)) : null,
} as const;
