import { AgreementScope, type BookingAgreements, type HighRiskAct } from '@adempauze/contracts';
import type { Booking } from '../booking/booking.state.rules.ts';
import { type Agreement, agreementView, isSameScope, type TaskAgreementState } from './task-agreement.decider.ts';

/** What a booking can have an agreement of: its own, which goes first, and that of the series or stay it is a part of. */
export const scopesOf = ({ about, partOf }: Pick<Booking, 'about' | 'partOf'>): readonly AgreementScope[] => {
  const own: AgreementScope = { kind: 'booking', id: about.bookingId };
  const whole = partOf === null ? undefined : wholeOf(partOf.kind, partOf.id);
  return whole === undefined ? [own] : [own, whole];
};

/** A waiting list and whatever else only offered it is nothing to agree on. */
const wholeOf = (kind: string, id: string): AgreementScope | undefined => {
  const whole = AgreementScope.safeParse({ kind, id });
  return whole.success ? whole.data : undefined;
};

/** A volunteer's agreement is about the one who comes: with somebody else in their place it has to be made again. */
const isAbout = ({ agreed: { doer } }: Agreement, { helperId }: Pick<Booking, 'helperId'>): boolean =>
  doer.kind !== 'volunteer' || helperId === null || doer.helperId === helperId;

/** Ready to begin: whoever is not the caregiver has an instruction that is clear. */
const isReady = ({ agreed: { doer }, instruction }: Agreement): boolean =>
  doer.kind === 'caregiver' || instruction.status === 'clear';

/** The acts that a booking needs, and what was agreed on each. */
export const bookingAgreements = (
  booking: Pick<Booking, 'about' | 'partOf' | 'helperId'>,
  acts: readonly HighRiskAct[],
  { agreements }: TaskAgreementState,
): BookingAgreements => {
  const scopes = scopesOf(booking);
  const found = acts.map((act) => ({
    act,
    agreement: scopes
      .map((scope) => agreements.find((it) => it.act === act && isSameScope(it.agreed.scope, scope)))
      .find((it) => it !== undefined && isAbout(it, booking)),
  }));
  return {
    bookingId: booking.about.bookingId,
    householdId: booking.about.householdId,
    agreements: found.flatMap(({ agreement }) => (agreement === undefined ? [] : [agreementView(agreement)])),
    missing: found.flatMap(({ act, agreement }) => (agreement === undefined ? [act] : [])),
    isComplete: found.every(({ agreement }) => agreement !== undefined && isReady(agreement)),
  };
};
