import type { Outcome } from '@adempauze/kernel';

/**
 * The bookings that this process has lately been confirming. `offers.place-taken.v1` comes for each of them, and only
 * those whose confirmation did not succeed here need it.
 */
export type OwnConfirmations = {
  /** Remembers a confirmation while it is under way, and whether it succeeded. */
  track<V>(bookingId: string, confirming: Promise<Outcome<V>>): Promise<Outcome<V>>;
  /** Waits for one that is under way. */
  wasConfirmedHere(bookingId: string): Promise<boolean>;
};

export const createOwnConfirmations = ({ remembered }: { readonly remembered: number }): OwnConfirmations => {
  const recent = new Map<string, Promise<boolean>>();
  return {
    track(bookingId, confirming) {
      const succeeded = confirming.then(
        ({ accepted }) => accepted,
        () => false,
      );
      recent.set(bookingId, succeeded);
      // Many at a time: a map finds its oldest key by passing over those that were deleted before it.
      if (recent.size > remembered) for (const oldest of recent.keys().take(remembered / 2)) recent.delete(oldest);
      return confirming;
    },
    wasConfirmedHere: async (bookingId) => (await recent.get(bookingId)) ?? false,
  };
};
