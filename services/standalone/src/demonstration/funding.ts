import {
  BudgetId,
  HelperId,
  type Invoicing,
  MandateId,
  type Matching,
  type MunicipalityCode,
  PotId,
  SchemeId,
} from '@adempauze/contracts';
import { demonstrationProviderId } from '@adempauze/gateway/demonstration';
import { type Day, derivedId, plusDays, plusMonths } from '@adempauze/kernel';
import type { AccountOf } from './households.ts';
import { fullName } from './people.ts';
import { context, granted } from './publish.ts';
import type { Random } from './random.ts';
import type { readRegion } from './region.ts';

const id = (...parts: readonly (string | number)[]) => derivedId('demonstration', ...parts);

/** The schemes of the demonstration with the figures that domain.md gives: S01 in Hillegom and Lisse, S02 in Rijswijk. */
export const schemeIds = {
  hillegom: SchemeId.parse(id('scheme', 'S01', 'hillegom')),
  lisse: SchemeId.parse(id('scheme', 'S01', 'lisse')),
  rijswijk: SchemeId.parse(id('scheme', 'S02', 'rijswijk')),
};

type Region = ReturnType<typeof readRegion>;

export const openFunding = async (
  invoicing: Invoicing,
  region: Region,
  accountOf: AccountOf,
  today: Day,
): Promise<void> => {
  const validFrom = plusMonths(today, -12);
  const until = plusMonths(today, 60);
  const anke = accountOf('anke');
  for (const [schemeId, town] of [
    [schemeIds.hillegom, 'Hillegom'],
    [schemeIds.lisse, 'Lisse'],
  ] as const) {
    const { municipality } = region.town(town);
    granted(
      'publish S01',
      await invoicing.publishScheme(
        {
          schemeId,
          name: `Adempauzeregeling ${town}`,
          municipality,
          source: 'S01',
          validFrom,
          rules: {
            coveredForms: ['F19', 'F01', 'F05', 'F23', 'F22'],
            // Not stated in the seeds whether broker hours count to the cap; here they do not.
            countedForms: ['F19', 'F01', 'F05', 'F23'],
            cap: { kind: 'money', multiplier: 52 },
            periodMonths: 12,
            serviceArea: [],
            contributionCentsPerMonth: 0,
            extendable: false,
          },
        },
        context('scheme', schemeId),
      ),
    );
    granted(
      'give the adviser a mandate',
      await invoicing.grantSchemeMandate(
        {
          mandateId: MandateId.parse(id('mandate', town)),
          schemeId,
          accountId: anke.accountId,
          holder: 'Mantelzorgadvies Hillegom-Lisse',
          from: validFrom,
          until,
        },
        context('mandate', town),
      ),
    );
  }
  const rijswijk = region.town('Rijswijk').municipality;
  granted(
    'publish S02',
    await invoicing.publishScheme(
      {
        schemeId: schemeIds.rijswijk,
        name: 'Huishoudelijke hulp voor mantelzorgers Rijswijk',
        municipality: rijswijk,
        source: 'S02',
        validFrom,
        rules: {
          coveredForms: ['F19'],
          countedForms: ['F19'],
          cap: { kind: 'hours', hours: 40 },
          maxHoursPerWeek: 3,
          periodMonths: 6,
          serviceArea: [rijswijk],
          contributionCentsPerMonth: 2100,
          extendable: false,
        },
      },
      context('scheme', schemeIds.rijswijk),
    ),
  );
  for (const account of ['rijswijk', 'nora'] as const) {
    granted(
      'give a mandate in Rijswijk',
      await invoicing.grantSchemeMandate(
        {
          mandateId: MandateId.parse(id('mandate', 'rijswijk', account)),
          schemeId: schemeIds.rijswijk,
          accountId: accountOf(account).accountId,
          holder: account === 'nora' ? 'Wijkverpleging De Vliet' : 'Wmo-loket Rijswijk',
          from: validFrom,
          until,
        },
        context('mandate', 'rijswijk', account),
      ),
    );
  }
  const municipalities = [...new Set(region.towns.map((town): MunicipalityCode => town.municipality))];
  granted(
    'open the pot',
    await invoicing.openPot(
      {
        potId: PotId.parse(id('pot')),
        name: 'Regionale respijtpot Holland Rijnland en Haaglanden',
        municipalities,
        amountCents: 250_000_00,
      },
      context('pot'),
    ),
  );
  granted(
    'open a free budget',
    await invoicing.openBudget(
      {
        budgetId: BudgetId.parse(id('budget')),
        municipality: region.town('Hillegom').municipality,
        holderAccountId: anke.accountId,
        name: 'Vrij budget mantelzorgadviseur',
        amountCents: 10_000_00,
        from: today,
        until: plusDays(plusMonths(today, 12), 0),
      },
      context('budget'),
    ),
  );
};

/** Volunteers of the three organisations, with weekly times and maxima (R39). */
export const registerHelpers = async (matching: Matching, region: Region, random: Random): Promise<void> => {
  const organisations = [
    ['de-brug', 'Delft'],
    ['handen-ineen', 'Lisse'],
    ['naast-elkaar', 'Leiden'],
  ] as const;
  const commands = organisations.flatMap(([organisation, town]) =>
    Array.from({ length: 8 }, (_, number) => ({
      helperId: HelperId.parse(id('helper', organisation, number)),
      organisationId: demonstrationProviderId(organisation),
      name: fullName(random, 60),
      phone: `06-100000${String(number).padStart(2, '0')}`,
      place: number % 3 === 2 ? random.pick(region.towns) : region.town(town),
      languages: number % 4 === 1 ? (['nl', 'ar'] as const) : (['nl'] as const),
      availability: [1, 2, 3, 4, 5, 6]
        .filter((weekday) => number % 3 === 0 || (weekday + number) % 2 === 0)
        .map((weekday) => ({ weekday, from: '09:00', until: number % 2 === 0 ? '21:00' : '17:00' })),
      maxHoursPerWeek: random.whole(4, 12),
    })),
  );
  await Promise.all(
    commands.map(async (command) =>
      granted(
        'register a helper',
        await matching.registerHelper(
          { ...command, languages: [...command.languages], forms: ['F06', 'F21'] },
          context('helper', command.helperId),
        ),
      ),
    ),
  );
};
