import { euro, type Sentence } from '@adempauze/kernel';
import type { FundingLine } from '../api/shapes.ts';
import type { World } from '../world.ts';

/* How amounts and answers are told. */

export const both = (cents: number, nl: (amount: string) => string, en: (amount: string) => string) => ({
  nl: nl(euro(cents)),
  en: en(euro(cents, 'en')),
});

const payers = {
  SCHEME: { nl: 'regeling van de gemeente', en: "the municipality's scheme" },
  INSURANCE: { nl: 'verzekeraar', en: 'insurer' },
  CONTRIBUTION: { nl: 'eigen bijdrage', en: 'own contribution' },
  OWN: { nl: 'mantelzorger zelf', en: 'the caregiver' },
  GUARANTEE: { nl: 'garantiepot', en: 'guarantee pot' },
} as const;

export const sumOf = (lines: readonly FundingLine[], ...kinds: readonly FundingLine['kind'][]): number =>
  lines.reduce((sum, it) => (kinds.includes(it.kind) ? sum + it.amountCents : sum), 0);

/** Who bears which part of a cost, in one line. */
export const tellSplit = (world: World, lines: readonly FundingLine[]): void => {
  const kinds = [...new Set(lines.map((it) => it.kind))];
  const total = sumOf(lines, ...kinds);
  const parts = (language: 'nl' | 'en') =>
    kinds.map((kind) => `${payers[kind][language]} ${euro(sumOf(lines, kind), language)}`).join(' + ');
  world.fact(`kosten ${euro(total)} = ${parts('nl')}`, `cost ${euro(total, 'en')} = ${parts('en')}`);
};

const statuses: Readonly<Record<string, Sentence>> = {
  ASKED: { nl: 'gevraagd', en: 'asked for' },
  HELD: { nl: 'vastgehouden', en: 'held' },
  RESERVED: { nl: 'gereserveerd', en: 'reserved' },
  AWAITING_ACCEPTANCE: { nl: 'wacht op een ja van de aanbieder', en: 'waits for a yes of the provider' },
  CONFIRMED: { nl: 'bevestigd', en: 'confirmed' },
  CANCELLED: { nl: 'afgezegd', en: 'cancelled' },
  GUARANTEED: { nl: 'gegarandeerd', en: 'guaranteed' },
};
/** How far something has come, in words. */
export const statusInWords = (status: string | null | undefined): Sentence =>
  statuses[status ?? ''] ?? { nl: `${status}`, en: `${status}` };
