import {
  type BookingView,
  type BudgetView,
  type ClaimView,
  type EntitlementView,
  type HelperView,
  HouseholdId,
  type HouseholdView,
  type InvoiceView,
  type MatchView,
  type Page,
  type PotView,
  SchemeId,
  type SeriesView,
  type StayView,
} from '@adempauze/contracts';
import type { Services } from '../context.ts';
import type { Role, Viewer } from './roles.ts';

/*
 * Whose is what. One function per kind of thing, each asked with the thing as it is now; who may not see it gets the
 * same answer as when it is not there.
 */

/** A token counts for one role at a time: who both cares and coordinates signs in as the one or as the other. */
const is = (viewer: Viewer, ...roles: readonly Role[]) => roles.includes(viewer.role);

const isOwnOrganisation = (viewer: Viewer, organisation: string): boolean =>
  is(viewer, 'provider', 'coordinator') && viewer.organisation === organisation;

/** Caregiver, contact person, or mandated by the family (R25, R27); a withdrawn mandate is gone from the view. */
export const actsForHousehold = (viewer: Viewer, household: HouseholdView): boolean =>
  is(viewer, 'caregiver', 'professional') &&
  (household.caregiver.accountId === viewer.accountId ||
    household.contactPerson.accountId === viewer.accountId ||
    household.mandates.some((it) => it.accountId === viewer.accountId));

export const actsFor = async (viewer: Viewer, services: Services, householdId: HouseholdView['householdId']) => {
  if (!is(viewer, 'caregiver', 'professional')) return false;
  const household = await services.bookings.findHousehold({ householdId });
  return household !== undefined && actsForHousehold(viewer, household);
};

export const actsForProvider = (viewer: Viewer, providerId: string): boolean => isOwnOrganisation(viewer, providerId);

export const seesHousehold = (viewer: Viewer, household: HouseholdView): boolean =>
  is(viewer, 'operator') || actsForHousehold(viewer, household);

/** A booking, or what is made of bookings: of one household and one provider. */
type Promised = Pick<BookingView, 'providerId' | 'householdId' | 'status' | 'askedAt'> | MadeOfBookings;
type MadeOfBookings = Pick<BookingView, 'providerId' | 'householdId'> & {
  readonly status: SeriesView['status'] | StayView['status'];
};

/**
 * Whether its provider knows of it: a place that somebody is only looking at is that household's alone, until they said
 * yes to it (R51).
 */
export const wasAsked = (it: Promised): boolean =>
  'askedAt' in it ? it.askedAt !== null : !notYetAsked.includes(it.status);
const notYetAsked: readonly MadeOfBookings['status'][] = ['requested', 'asked', 'held', 'refused'];

/** A page of a list without what its provider does not know of. */
export const askedOnly = <T extends Promised>(page: Page<T>): Page<T> => ({
  ...page,
  items: page.items.filter(({ item }) => wasAsked(item)),
});

export const seesPromise = async (viewer: Viewer, services: Services, promised: Promised): Promise<boolean> =>
  is(viewer, 'operator') ||
  (isOwnOrganisation(viewer, promised.providerId) && wasAsked(promised)) ||
  (await actsFor(viewer, services, promised.householdId));

/** On which side of it this caller stands; undefined when it is not theirs to touch. */
export const sideOf = async (
  viewer: Viewer,
  services: Services,
  promised: Promised,
): Promise<'caregiver' | 'provider' | 'operator' | undefined> => {
  if (is(viewer, 'operator')) return 'operator';
  if (isOwnOrganisation(viewer, promised.providerId)) return wasAsked(promised) ? 'provider' : undefined;
  return (await actsFor(viewer, services, promised.householdId)) ? 'caregiver' : undefined;
};

/** Volunteers and requests for them are seen by the coordinator of their organisation, and by nobody else (R51). */
export const seesHelper = (viewer: Viewer, helper: HelperView): boolean =>
  is(viewer, 'coordinator') && viewer.organisation === helper.organisationId;
export const seesMatch = (viewer: Viewer, match: MatchView): boolean =>
  is(viewer, 'coordinator') && viewer.organisation === match.organisationId;

/** A payer by its own id; a caregiver pays as household. */
const isPayer = (viewer: Viewer, payer: { kind: string; id: string }): boolean =>
  is(viewer, 'municipality', 'insurer') && payer.kind === viewer.role && payer.id === viewer.organisation;

export const seesClaim = async (viewer: Viewer, services: Services, claim: ClaimView): Promise<boolean> =>
  is(viewer, 'operator') ||
  (is(viewer, 'provider', 'coordinator') && viewer.organisation === claim.providerId) ||
  bore(viewer, claim) ||
  (await actsFor(viewer, services, claim.householdId));

/** Who bears a part, or did until the cost was divided anew. */
const bore = (viewer: Viewer, { lines, allocations, declines }: ClaimView): boolean =>
  [...lines, ...allocations.flatMap((it) => it.lines), ...declines].some(({ payer }) => isPayer(viewer, payer));

/** The family and the operator see who said no, a payer what it said itself. */
export const declinesSeenOf = <D extends { payer: { kind: string; id: string } }>(
  viewer: Viewer,
  declines: readonly D[],
) => linesSeenOf(viewer, declines);

/** Lines of the cost: the family and the operator see all, a payer its own. */
export const linesSeenOf = <L extends { payer: { kind: string; id: string } }>(viewer: Viewer, lines: readonly L[]) =>
  is(viewer, 'operator', 'caregiver', 'professional') ? lines : lines.filter((line) => isPayer(viewer, line.payer));

/** Lines of an invoice: a provider sees its own. */
export const invoiceLinesSeenOf = <L extends { providerId: string }>(viewer: Viewer, lines: readonly L[]) =>
  is(viewer, 'provider', 'coordinator') ? lines.filter((it) => it.providerId === viewer.organisation) : lines;

export const seesInvoice = async (viewer: Viewer, services: Services, invoice: InvoiceView): Promise<boolean> => {
  if (is(viewer, 'operator') || isPayer(viewer, invoice.payer)) return true;
  if (is(viewer, 'provider', 'coordinator')) return invoice.lines.some((it) => it.providerId === viewer.organisation);
  if (invoice.payer.kind !== 'caregiver') return false;
  const householdId = HouseholdId.safeParse(invoice.payer.id);
  return householdId.success && actsFor(viewer, services, householdId.data);
};

export const seesEntitlement = async (
  viewer: Viewer,
  services: Services,
  entitlement: EntitlementView,
): Promise<boolean> => {
  if (is(viewer, 'municipality')) return decidesOnScheme(viewer, services, entitlement.schemeId);
  return actsFor(viewer, services, entitlement.householdId);
};

/** A municipality decides on its own schemes. */
export const decidesOnScheme = async (viewer: Viewer, services: Services, schemeId: string): Promise<boolean> => {
  if (!is(viewer, 'municipality')) return false;
  const scheme = SchemeId.safeParse(schemeId);
  if (!scheme.success) return false;
  // Looked up by itself, not in the list: the scheme may have been published a moment ago at another replica.
  const found = await services.invoicing.findScheme({ schemeId: scheme.data });
  return found !== undefined && found.municipality === viewer.organisation;
};

/** A budget is its municipality's and its holder's; the operator keeps the books. */
export const seesBudget = (viewer: Viewer, budget: BudgetView): boolean =>
  is(viewer, 'operator') ||
  (is(viewer, 'municipality') && budget.municipality === viewer.organisation) ||
  (is(viewer, 'professional') && budget.holderAccountId === viewer.accountId);

export const seesPot = (viewer: Viewer, pot: PotView): boolean =>
  is(viewer, 'operator') ||
  (is(viewer, 'municipality') && pot.municipalities.some((code) => code === viewer.organisation));
