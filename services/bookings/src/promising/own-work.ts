/**
 * The bookings that this process has lately been confirming, or freeing the places of. An event comes of each to finish it
 * after a crash, and only those that did not succeed here need it.
 */
export type OwnWork = {
  /** Remembers work while it is under way, and whether it succeeded. */
  track(bookingId: string, succeeding: Promise<boolean>): void;
  /** Waits for what is under way. */
  wasDoneHere(bookingId: string): Promise<boolean>;
};

export const createOwnWork = ({ remembered }: { readonly remembered: number }): OwnWork => {
  const recent = new Map<string, Promise<boolean>>();
  return {
    track(bookingId, succeeding) {
      recent.set(
        bookingId,
        succeeding.catch(() => false),
      );
      // Many at a time: a map finds its oldest key by passing over those that were deleted before it.
      if (recent.size > remembered) for (const oldest of recent.keys().take(remembered / 2)) recent.delete(oldest);
    },
    wasDoneHere: async (bookingId) => (await recent.get(bookingId)) ?? false,
  };
};
