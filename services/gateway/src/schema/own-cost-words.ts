import type { CostEstimate, FundingLine } from '@adempauze/contracts';

type Said = { readonly nl: string; readonly en: string };

const amountsOf = {
  nl: new Intl.NumberFormat('nl-NL', { minimumFractionDigits: 2 }),
  en: new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2 }),
};
const amount = (cents: number): Said => ({
  nl: `€ ${amountsOf.nl.format(cents / 100)}`,
  en: `€${amountsOf.en.format(cents / 100)}`,
});

/** Who pays along with the caregiver, in the order in which they pay. The pot is for when nobody else does, and not named. */
const others: readonly { kind: FundingLine['kind']; who: Said }[] = [
  { kind: 'scheme', who: { nl: 'de gemeente', en: 'the municipality' } },
  { kind: 'insurance', who: { nl: 'de verzekeraar', en: 'the insurer' } },
];

/** What the caregiver pays at most, and who pays the rest, in one sentence (R46). */
export const ownCostInWords = ({
  ownCostCents,
  coverage,
  lines,
}: Pick<CostEstimate, 'ownCostCents' | 'coverage' | 'lines'>): Said => {
  const own = amount(ownCostCents);
  const parts: Said[] = [
    ownCostCents === 0
      ? { nl: 'U betaalt niets', en: 'You pay nothing' }
      : { nl: `U betaalt hooguit ${own.nl}`, en: `You pay at most ${own.en}` },
  ];
  for (const { kind, who } of others) {
    const cents = lines.reduce((sum, line) => (line.kind === kind ? sum + line.amountCents : sum), 0);
    if (cents === 0) continue;
    parts.push({ nl: `${who.nl} betaalt ${amount(cents).nl}`, en: `${who.en} pays ${amount(cents).en}` });
  }
  // Nobody can say yet who else would pay: it is the most that it can become (R44).
  if (coverage === 'unknown' && ownCostCents > 0)
    parts.push({ nl: 'misschien betaalt iemand mee', en: 'somebody may pay part of it' });
  return { nl: parts.map(({ nl }) => nl).join('; '), en: parts.map(({ en }) => en).join('; ') };
};
