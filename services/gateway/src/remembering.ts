import type { Services } from './context.ts';

/** Services that are asked for the same thing once, until told to forget. */
export type Remembering = { readonly services: Services; readonly forget: () => void };

/**
 * What one request looks up by id it looks up once: whether a booking is yours and what you asked of it need the same
 * household, and twenty bookings have one provider. That a service is away is noticed once, too. After a command
 * everything is asked anew.
 */
export const remembering = (all: Services): Remembering => {
  const asked: { clear(): void }[] = [];
  const once = <I, O>(find: (input: I) => Promise<O>) => {
    const answers = new Map<string, Promise<O>>();
    asked.push(answers);
    return (input: I): Promise<O> => {
      const key = JSON.stringify(input);
      const known = answers.get(key) ?? find(input);
      answers.set(key, known);
      return known;
    };
  };
  // Each is made when it is first needed: most requests need one or two.
  const offers = lazily(() => ({
    ...all.offers,
    findOffer: once(all.offers.findOffer),
    findProvider: once(all.offers.findProvider),
  }));
  const bookings = lazily(() => ({
    ...all.bookings,
    findBooking: once(all.bookings.findBooking),
    findHousehold: once(all.bookings.findHousehold),
  }));
  const matching = lazily(() => ({ ...all.matching, findHelper: once(all.matching.findHelper) }));
  const invoicing = lazily(() => ({ ...all.invoicing, findScheme: once(all.invoicing.findScheme) }));
  const { places, operations, clock, demonstration, calendarLinks } = all;
  return {
    forget() {
      for (const it of asked) it.clear();
    },
    services: {
      ...{ places, operations, clock, demonstration, calendarLinks },
      get offers() {
        return offers();
      },
      get bookings() {
        return bookings();
      },
      get matching() {
        return matching();
      },
      get invoicing() {
        return invoicing();
      },
    },
  };
};

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
};
