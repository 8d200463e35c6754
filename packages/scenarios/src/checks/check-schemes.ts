import { Day, mondayOf } from '@adempauze/kernel';
import { count, type Fact, object, ofCategory, text } from './history.ts';

type Use = {
  readonly state: 'reserved' | 'kept' | 'lapsed' | 'consumed';
  readonly reservedUntil: string;
  readonly form: string;
  readonly unit: string;
  readonly on: string;
  readonly cents: number;
  readonly quantity: number;
  readonly contributionCents: number;
};

const hoursPerUnit: Readonly<Record<string, number>> = { hour: 1, 'part-day': 4 };
const hours = ({ unit, quantity }: Use) => ((hoursPerUnit[unit] ?? 0) * quantity) / 100;
const sum = (uses: readonly Use[], of: (use: Use) => number) => uses.reduce((total, it) => total + of(it), 0);
const texts = ({ data }: { readonly data: Fact['data'] }, field: string): readonly unknown[] => {
  const value = data[field];
  return Array.isArray(value) ? value : [];
};
const moment = (fact: Fact): string =>
  ['reservedAt', 'keptAt', 'lapsedAt', 'releasedAt', 'consumedAt', 'extendedAt', 'awardedAt']
    .map((it) => text(fact, it))
    .reduce((latest, it) => (it > latest ? it : latest));

/** Every limit of an award after every change: cap, hours of a week, contribution of a month, period and forms. */
const checkLimits = (opened: Fact, until: string, uses: readonly Use[], where: string): string[] => {
  const rules = object(opened, 'rules');
  const cap = object(rules, 'cap');
  const violations: string[] = [];
  const counted = uses.filter(({ form }) => texts(rules, 'countedForms').includes(form));
  const most =
    text(cap, 'kind') === 'money' ? count(cap, 'multiplier') * count(opened, 'rateCents') : count(cap, 'hours');
  const used = sum(counted, text(cap, 'kind') === 'money' ? ({ cents }) => cents : hours);
  if (used > most) violations.push(`${where} gave ${used} of ${most} away.`);
  const mostPerWeek = rules.data.maxHoursPerWeek === undefined ? Infinity : count(rules, 'maxHoursPerWeek');
  for (const [week, inWeek] of Map.groupBy(counted, ({ on }) => mondayOf(Day.parse(on))))
    if (sum(inWeek, hours) > mostPerWeek) violations.push(`${where} gave ${sum(inWeek, hours)} hours in ${week}.`);
  // What is charged is what was delivered; until then two bookings may both have been shown the amount of one month.
  const charged = uses.filter(({ state }) => state === 'consumed');
  for (const [month, inMonth] of Map.groupBy(charged, ({ on }) => on.slice(0, 7)))
    if (sum(inMonth, (it) => it.contributionCents) > count(rules, 'contributionCentsPerMonth'))
      violations.push(`${where} asks more than the contribution of ${month}.`);
  for (const { form, on, cents } of uses)
    if (cents > 0 && (on < text(opened, 'from') || on >= until || !texts(rules, 'coveredForms').includes(form)))
      violations.push(`${where} pays for ${form} on ${on}.`);
  return violations;
};

/**
 * Caps, weeks and contributions hold after every change, by the latest moment that the entitlement has seen; and what is
 * still taken at the end belongs to a booking that is on. `isOn`, `isLiving`: by booking, confirmed or delivered, and
 * that or still waiting.
 */
export const checkSchemes = (
  log: readonly Fact[],
  now: string,
  isOn: (bookingId: string) => boolean,
  isLiving: (bookingId: string) => boolean,
): string[] => {
  const violations: string[] = [];
  const untils = new Map<string, string>();
  for (const event of log)
    if (event.type === 'SchemeAwarded' || event.type === 'AwardExtended')
      untils.set(`entitlement-${text(event, 'entitlementId')}`, text(event, 'until'));
  for (const [stream, events] of ofCategory(log, 'entitlement')) {
    const [opened] = events;
    if (opened === undefined) continue;
    const uses = new Map<string, Use>();
    let latest = '';
    let until = text(opened, 'until');
    for (const event of events) {
      const bookingId = text(event, 'bookingId');
      const use = uses.get(bookingId);
      latest = moment(event) > latest ? moment(event) : latest;
      const amounts = {
        cents: count(event, 'coveredCents'),
        quantity: count(event, 'coveredQuantity'),
        contributionCents: count(event, 'contributionCents'),
      };
      const about = {
        form: text(event, 'form'),
        unit: text(event, 'unit'),
        reservedUntil: text(event, 'reservedUntil'),
      };
      if (event.type === 'EntitlementExtended') until = text(event, 'until');
      if (event.type === 'RoomReserved')
        uses.set(bookingId, { state: 'reserved', ...about, on: text(event, 'on'), ...amounts });
      if (event.type === 'RoomKept' && use) uses.set(bookingId, { ...use, state: 'kept' });
      if (event.type === 'RoomLapsed' && use) uses.set(bookingId, { ...use, state: 'lapsed' });
      if (event.type === 'RoomReleased') uses.delete(bookingId);
      if (event.type === 'RoomConsumed') {
        // Of an award that came after the booking nothing was reserved.
        const found = object(event, 'found');
        const taken = use ?? { form: text(found, 'form'), unit: text(found, 'unit'), reservedUntil: '' };
        uses.set(bookingId, { ...taken, state: 'consumed', on: text(event, 'deliveredOn'), ...amounts });
      }
      const taking = [...uses.values()].filter(
        ({ state, reservedUntil }) =>
          state === 'kept' || state === 'consumed' || (state === 'reserved' && reservedUntil > latest),
      );
      violations.push(...checkLimits(opened, until, taking, `${stream} at ${event.position}`));
    }
    if (until !== untils.get(stream))
      violations.push(`${stream} ends on ${until}, and its award on ${untils.get(stream)}.`);
    for (const [bookingId, { state, reservedUntil }] of uses) {
      if ((state === 'kept' || state === 'consumed') && !isOn(bookingId))
        violations.push(`${stream} keeps room for booking ${bookingId}, which is not on.`);
      if (state === 'reserved' && reservedUntil > now && !isLiving(bookingId))
        violations.push(`${stream} reserves room for booking ${bookingId}, which is over.`);
    }
  }
  return violations;
};
