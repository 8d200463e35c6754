import type { EntitlementView, FormId, SchemeRefusal, Unit } from '@adempauze/contracts';
import { type Day, type Instant, mondayOf, monthOf, plusDays } from '@adempauze/kernel';
import type { Award } from '../funding/funding.events.ts';

/** What one booking takes of an entitlement. */
export type Use = {
  readonly bookingId: string;
  readonly status: 'reserved' | 'kept' | 'lapsed' | 'consumed';
  readonly form: FormId;
  readonly unit: Unit;
  readonly quantity: number;
  readonly municipality: string;
  readonly on: Day;
  readonly monday: Day;
  readonly coveredQuantity: number;
  readonly coveredCents: number;
  readonly contributionCents: number;
  /** The contribution that was reserved, and so shown, whatever was consumed since; undefined where nothing was reserved. */
  readonly reservedContributionCents: number | undefined;
  readonly refusal: SchemeRefusal | undefined;
  readonly reservedUntil: Instant;
  readonly deliveryId: string | undefined;
  /** Which time that it was consumed. */
  readonly round?: number | undefined;
};

/** What a review said: nothing that is given from that day on is paid for. */
export type Review = NonNullable<EntitlementView['review']>;

/** A reservation that has passed and was not kept in time is room again. */
export const takesRoom = (use: Use, now: Instant): boolean =>
  use.status === 'kept' || use.status === 'consumed' || (use.status === 'reserved' && use.reservedUntil > now);

/** Hundredths of an hour in one unit; a part-day is four hours. A night or a visit says nothing of hours. */
const hoursPerUnit: Readonly<Record<Unit, number | undefined>> = {
  hour: 1,
  'part-day': 4,
  night: undefined,
  visit: undefined,
};
export const hoursOf = (unit: Unit, quantity: number): number => (hoursPerUnit[unit] ?? 0) * quantity;

export type Wish = {
  readonly form: FormId;
  readonly unit: Unit;
  /** Hundredths of a unit; may be 0 when another source took it all. */
  readonly quantity: number;
  /** Price of that quantity. */
  readonly costCents: number;
  readonly unitPriceCents: number;
  readonly on: Day;
  /** Where the care is given. */
  readonly municipality: string;
};
export type Cover = {
  readonly coveredQuantity: number;
  readonly coveredCents: number;
  readonly refusal: SchemeRefusal | undefined;
};

/** What the award allows in all; `undefined` for the limit that it does not have. */
export const capOf = ({ rules: { cap }, rateCents }: Pick<Award, 'rules' | 'rateCents'>) =>
  cap.kind === 'money'
    ? { capCents: cap.multiplier * rateCents, capHours: undefined }
    : { capCents: undefined, capHours: cap.hours };

/** What the uses given take of the cap: cents and hundredths of an hour, of forms that count. */
export const countedOf = ({ rules }: Pick<Award, 'rules'>, uses: Iterable<Use>) => {
  let cents = 0;
  let hours = 0;
  for (const use of uses) {
    if (!rules.countedForms.includes(use.form)) continue;
    cents += use.coveredCents;
    hours += hoursOf(use.unit, use.coveredQuantity);
  }
  return { cents, hours };
};

/**
 * How much of a wish fits beside the other uses: all of it, or as many whole units (hours, part-days, visits) as fit
 * under all limits at once. The rest is refused with the code of the limit that binds most (R42, A06, A07).
 */
export const coverOf = (award: Award, wish: Wish, others: readonly Use[], review?: Review): Cover => {
  const { rules } = award;
  const none = (code: string, facts: SchemeRefusal['facts'] = {}): Cover => ({
    coveredQuantity: 0,
    coveredCents: 0,
    refusal: { schemeId: award.schemeId, code, facts },
  });
  if (!rules.coveredForms.includes(wish.form)) return none('scheme-form-not-covered');
  if (rules.serviceArea.length > 0 && !rules.serviceArea.some((it) => it === wish.municipality)) {
    return none('scheme-outside-area');
  }
  if (wish.on < award.from) return none('scheme-period-not-begun', { firstDay: award.from });
  if (wish.on >= award.until) return none('scheme-period-over', { lastDay: plusDays(award.until, -1) });

  if (review !== undefined && wish.on >= review.endsOn) {
    return none(`scheme-ended-${review.reason}`, { endsOn: review.endsOn });
  }

  const all: Cover = { coveredQuantity: wish.quantity, coveredCents: wish.costCents, refusal: undefined };
  if (!rules.countedForms.includes(wish.form)) return all;
  const limits = limitsOf(award, wish, others);
  if (limits === undefined) return none('scheme-form-not-covered');
  const [binding] = limits.filter(({ room }) => room < wish.quantity).sort((a, b) => whole(a.room) - whole(b.room));
  if (binding === undefined) return all;
  const coveredQuantity = whole(binding.room);
  return {
    coveredQuantity,
    coveredCents: Math.min(wish.costCents, (coveredQuantity / 100) * wish.unitPriceCents),
    refusal: { schemeId: award.schemeId, code: binding.code, facts: binding.facts },
  };
};

const whole = (quantity: number): number => Math.floor(quantity / 100) * 100;

/** Each limit with the quantity that it leaves room for. Undefined: hours are limited and this unit has none. */
const limitsOf = (award: Award, wish: Wish, others: readonly Use[]) => {
  const { capCents, capHours } = capOf(award);
  const { maxHoursPerWeek } = award.rules;
  const perUnit = hoursPerUnit[wish.unit];
  const limits: { code: string; room: number; facts: SchemeRefusal['facts'] }[] = [];
  const byHours = (hours: number) => Math.floor(hours / (perUnit ?? 1));
  if (perUnit === undefined && (maxHoursPerWeek !== undefined || capHours !== undefined)) return undefined;

  if (maxHoursPerWeek !== undefined) {
    const monday = mondayOf(wish.on);
    const inWeek = countedOf(
      award,
      others.filter((it) => it.monday === monday),
    );
    const left = Math.max(0, maxHoursPerWeek * 100 - inWeek.hours);
    limits.push({ code: 'scheme-week-full', room: byHours(left), facts: { maxHoursPerWeek, leftHours: left / 100 } });
  }
  const used = countedOf(award, others);
  if (capHours !== undefined) {
    const left = Math.max(0, capHours * 100 - used.hours);
    limits.push({ code: 'scheme-hours-used', room: byHours(left), facts: { leftHours: left / 100 } });
  }
  if (capCents !== undefined) {
    // When two processes disagree on the time, reservations may for a moment be more than the cap.
    const leftCents = Math.max(0, capCents - used.cents);
    const fits = wish.costCents <= leftCents;
    const room = fits ? Number.POSITIVE_INFINITY : Math.floor(leftCents / wish.unitPriceCents) * 100;
    limits.push({ code: 'scheme-cap-reached', room, facts: { overCents: wish.costCents - leftCents, leftCents } });
  }
  return limits;
};

/** What is still to be contributed in the month of a day, beside the uses given: one amount a month with help (A07). */
export const contributionLeft = (award: Award, on: Day, others: readonly Use[]): number => {
  const charged = others
    .filter((it) => monthOf(it.on) === monthOf(on))
    .reduce((sum, { contributionCents }) => sum + contributionCents, 0);
  return Math.max(0, award.rules.contributionCentsPerMonth - charged);
};
