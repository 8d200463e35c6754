import { type Day, plusDays } from '@adempauze/kernel';
import {
  awardScheme,
  type Entitlement,
  findEntitlement,
  grantSchemeMandate,
  type NewRules,
  publishScheme,
} from '../api/funding.ts';
import type { Booking, Quote } from '../api/shapes.ts';
import { request, type Wish, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import type { World } from '../world.ts';

/* Schemes in stories: published and awarded, and what a booking takes of them. */

/** A scheme of its own for this play, so that no other play shares its rules. */
export const newScheme = async (
  world: World,
  municipality: Session,
  scheme: { readonly name: string; readonly source: string; readonly validFrom: Day; readonly rules: NewRules },
): Promise<string> => {
  const schemeId = world.ids.next();
  yes(await municipality.order(publishScheme, { schemeId, ...scheme }));
  return schemeId;
};

/** The municipality lets a professional decide on its scheme, from a year before until a year after the first award. */
export const letDecide = async (
  municipality: Session,
  { startsOn, ...mandate }: { schemeId: string; accountId: string; holder: string; startsOn: Day },
): Promise<void> => {
  const period = { from: plusDays(startsOn, -365), until: plusDays(startsOn, 365) };
  yes(await municipality.order(grantSchemeMandate, { ...mandate, ...period }));
};

export type Award = { readonly schemeId: string; readonly householdId: string; readonly startsOn: Day };

/** Awards at the household-help rate of EUR 33.00 (chosen in A06 and A07). */
export const award = async (session: Session, of: Award): Promise<Entitlement> =>
  yes(await session.order(awardScheme, { ...of, rateCents: 33_00 }));

/** What is used and left now. */
export const entitlementNow = async (session: Session, id: string): Promise<Entitlement> => {
  const found = await session.ask(findEntitlement, { id });
  holds(found !== null, 'De toekenning is niet te zien.', 'The award cannot be seen.');
  return found;
};

/** Asks for a time for which the scheme does not pay, and gives the quote with its reason. @throws StoryError */
export const expectRefusal = async (
  world: World,
  session: Session,
  wish: Wish,
  code: string,
): Promise<{ readonly booking: Booking & { quote: Quote }; readonly reason: Quote['refusals'][number]['reason'] }> => {
  const booking = await request(world, session, wish);
  const [refusal] = booking.quote.refusals;
  equals(refusal?.reason.code, code, {
    nl: 'De reden waarom de regeling niet betaalt',
    en: 'Why the scheme does not pay',
  });
  holds(refusal !== undefined, 'Er is geen reden.', 'There is no reason.');
  return { booking, reason: refusal.reason };
};
