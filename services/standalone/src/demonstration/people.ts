import type { Condition, RegisterHousehold } from '@adempauze/contracts';
import type { Random } from './random.ts';

/* People who do not exist, in the mix of the 47 cases of domain.md section 9. */

export const women = [
  'Maria',
  'Anna',
  'Ineke',
  'Wil',
  'Joke',
  'Fatma',
  'Sanne',
  'Petra',
  'Hennie',
  'Ria',
  'Yvonne',
  'Naima',
  'Lies',
  'Corrie',
  'Marloes',
] as const;
export const men = [
  'Kees',
  'Piet',
  'Ahmed',
  'Henk',
  'Willem',
  'Gerrit',
  'Mehmet',
  'Rob',
  'Bas',
  'Theo',
  'Wim',
  'Hassan',
  'Arjan',
  'Dirk',
  'Sjaak',
] as const;
export const families = [
  'van den Berg',
  'Jansen',
  'de Vries',
  'Bakker',
  'Yilmaz',
  'Mulder',
  'de Groot',
  'Bouzid',
  'van Leeuwen',
  'Smit',
  'Dekker',
  'van Dijk',
  'Özdemir',
  'Kok',
  'Vermeer',
  'van der Meer',
  'Peters',
  'El Idrissi',
  'Hendriks',
  'van Vliet',
  'Molenaar',
  'Schouten',
] as const;

export const habits = [
  'Houdt van muziek uit de jaren zestig. Drinkt thee om tien uur.',
  'Wandelt graag, ook als het regent.',
  'Wordt onrustig van drukte. Rustig praten helpt.',
  'Leest de krant hardop voor. Slaapt na het middageten.',
  'Vindt het fijn om mee te helpen met koken.',
] as const;

export const needs = [
  'Ik wil weer eens een avond weg zonder zorgen.',
  'Eén ochtend in de week voor mezelf zou veel schelen.',
  'Ik moet kunnen blijven werken op dinsdag en donderdag.',
  'Ik slaap slecht en wil een nacht doorslapen.',
  'Even alleen naar buiten, dat is genoeg.',
] as const;

export type DemonstrationHousehold = Pick<RegisterHousehold, 'relation' | 'careHoursPerWeek' | 'needProfile'> & {
  readonly caregiverName: string;
  readonly recipientName: string;
  readonly birthYear: number;
  readonly conditions: Condition[];
  readonly careProfile: string;
};

export const fullName = (random: Random, womanPercent: number): string =>
  `${random.percent(womanPercent) ? random.pick(women) : random.pick(men)} ${random.pick(families)}`;

const conditionsOf = (random: Random, isChild: boolean): Condition[] => {
  if (isChild)
    return ['child-intensive-care', random.pick(['autism', 'physical-disability', 'intellectual-disability'])];
  const share = random.next() * 100;
  if (share < 32) return ['dementia'];
  if (share < 49) return ['frailty'];
  return [
    random.pick([
      'parkinson',
      'acquired-brain-injury',
      'chronic-illness',
      'psychiatric',
      'physical-disability',
      'palliative',
    ]),
  ];
};

export const createHousehold = (random: Random, thisYear: number): DemonstrationHousehold => {
  const partner = random.percent(59);
  const isChild = !partner && random.percent(20);
  const old = !isChild && random.percent(75);
  return {
    relation: partner
      ? 'partner'
      : isChild
        ? 'parent'
        : random.pick(['child', 'child', 'sibling', 'friend', 'neighbour']),
    careHoursPerWeek: random.percent(72) ? random.whole(25, 80) : random.whole(6, 24),
    needProfile: random.pick(needs),
    caregiverName: fullName(random, 64),
    recipientName: fullName(random, 45),
    birthYear: isChild
      ? thisYear - random.whole(4, 14)
      : old
        ? thisYear - random.whole(66, 92)
        : thisYear - random.whole(30, 64),
    conditions: conditionsOf(random, isChild),
    careProfile: random.pick(habits),
  };
};
