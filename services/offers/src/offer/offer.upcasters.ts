import type { Upcasters } from '@adempauze/event-store';

/* Offers of before there was more to choose by: what they did not say was so. */
export const offerUpcasters: Upcasters = {
  OfferPublished: {
    1: (data) => ({
      ...data,
      nationwide: false,
      certifications: [],
      exclusions: [],
      cultures: [],
      womanOnRequest: false,
      activities: [],
      servedAt: [],
      caregiverJoins: 'no',
      transport: 'none',
      labels: [],
      leadTimeMinutes: 0,
    }),
  },
};
