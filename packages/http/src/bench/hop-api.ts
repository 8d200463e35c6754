import { query, type ServiceOf, serviceApi } from '@adempauze/contracts';
import { z } from 'zod';

const Row = z.strictObject({ id: z.uuid(), from: z.iso.datetime(), priceCents: z.int(), title: z.string() });

/** A thing of some 1.5 kB, such as a booking is. */
export const HopApi = serviceApi('hop', { find: query(z.strictObject({ id: z.uuid() }), z.array(Row)) });

export const hop: ServiceOf<typeof HopApi> = {
  find: async ({ id }) =>
    Array.from({ length: 12 }, (_, n) => ({ id, from: '2027-05-01T08:00:00Z', priceCents: n, title: `Rij ${n}` })),
};
