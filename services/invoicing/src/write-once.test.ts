import { GrantSchemeMandate, OpenPot, PublishScheme } from '@adempauze/contracts';
import { derivedId, Instant } from '@adempauze/kernel';
import { moments, writesOnce } from '@adempauze/testing';
import fc from 'fast-check';
import { mandateDecider } from './mandate/mandate.decider.ts';
import { potDecider } from './pot/pot.decider.ts';
import { quoteDecider } from './quote/quote.decider.ts';
import { QuoteEvent } from './quote/quote.events.ts';
import { schemeDecider } from './scheme/scheme.decider.ts';

const now = moments.map((it) => Instant.parse(it));
const id = derivedId('one');
const contentOf = ({ data }: { readonly data: unknown }) => data;

writesOnce({
  name: 'scheme',
  decider: schemeDecider,
  commands: fc.record({
    type: fc.constant('PublishScheme' as const),
    data: fc
      .record({ municipality: fc.constantFrom('0603', '0534'), contributionCentsPerMonth: fc.constantFrom(0, 2100) })
      .map((it) =>
        PublishScheme.parse({
          schemeId: id,
          name: 'Regeling',
          municipality: it.municipality,
          source: 'S02',
          validFrom: '2026-01-01',
          rules: {
            coveredForms: ['F19'],
            countedForms: ['F19'],
            cap: { kind: 'hours', hours: 40 },
            periodMonths: 6,
            contributionCentsPerMonth: it.contributionCentsPerMonth,
            extendable: false,
          },
        }),
      ),
    now,
  }),
  contentOf,
});

writesOnce({
  name: 'mandate',
  decider: mandateDecider,
  commands: fc.record({
    type: fc.constant('GrantSchemeMandate' as const),
    data: fc
      .record({ accountId: fc.constantFrom('a', 'b'), until: fc.constantFrom('2027-01-01', '2028-01-01') })
      .map((it) =>
        GrantSchemeMandate.parse({ ...it, mandateId: id, schemeId: id, holder: 'Loket', from: '2026-01-01' }),
      ),
    now,
  }),
  contentOf,
});

writesOnce({
  name: 'pot',
  decider: potDecider,
  commands: fc.record({
    type: fc.constant('OpenPot' as const),
    data: fc
      .record({ name: fc.constantFrom('Pot', 'Andere pot'), amountCents: fc.constantFrom(0, 100) })
      .map((it) => OpenPot.parse({ ...it, potId: id, municipalities: ['0603'] })),
    now,
  }),
  contentOf,
});

const given = QuoteEvent.options[0].shape.data;
writesOnce({
  name: 'quote',
  decider: quoteDecider,
  commands: fc.record({
    type: fc.constant('GiveQuote' as const),
    data: fc
      .record({
        quantity: fc.constantFrom(100, 350),
        on: fc.constantFrom('2027-01-01', '2027-01-02'),
        // The price may have moved since: it is still the same question.
        unitPriceCents: fc.constantFrom(3300, 3400),
      })
      .map((it) => {
        const { quotedAt: _, ...data } = given.parse({
          ...it,
          bookingId: id,
          householdId: id,
          form: 'F19',
          unit: 'hour',
          bearer: 'own',
          municipality: '0603',
          entitlementIds: [],
          quote: { ownCostCents: 0, coverage: 'unknown', lines: [], refusals: [] },
          quotedAt: '2027-01-01T00:00:00Z',
        });
        return data;
      }),
    now,
  }),
  contentOf: ({ data: { householdId, form, quantity, on } }) => ({ householdId, form, quantity, on }),
});
