import type { BookingView, Page, SeriesView, StayView } from '@adempauze/contracts';
import type { Context } from '../context.ts';
import type { Viewer } from '../policy/roles.ts';
import { actsFor, actsForProvider, askedOnly } from '../policy/sight.ts';
import { emptyPage } from './relay.ts';

const isOrganisation = ({ role }: Viewer): boolean => role === 'provider' || role === 'coordinator';

/** Of which organisation a list is, when none was named: that of who asks, if they are of one. */
export const ownProviderId = (viewer: Viewer | undefined): string | undefined =>
  viewer && isOrganisation(viewer) ? viewer.organisation : undefined;

type Of = Pick<Partial<BookingView>, 'householdId' | 'providerId'>;

/**
 * A page of bookings, series or stays for who asks: of a household that is theirs, of their organisation without what it
 * was not asked for yet (R51), or for the operator of all. For anybody else it is empty.
 */
export const listPromises = async <
  F extends { readonly [K in keyof Of]?: Of[K] | undefined },
  T extends BookingView | SeriesView | StayView,
>(
  input: F,
  { viewer, services }: Context,
  list: (input: F) => Promise<Page<T>>,
): Promise<Page<T>> => {
  if (!viewer) return emptyPage;
  const { householdId, providerId } = input;
  if (isOrganisation(viewer))
    return providerId !== undefined && actsForProvider(viewer, providerId) ? askedOnly(await list(input)) : emptyPage;
  const isTheirs =
    viewer.role === 'operator' || (householdId !== undefined && (await actsFor(viewer, services, householdId)));
  return isTheirs ? list(input) : emptyPage;
};
