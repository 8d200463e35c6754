export { bookingsPublication } from './integration/publication.ts';
export type { BookingsDependencies, BookingsRuntime, Check } from './runtime.ts';
export { startBookings } from './service.ts';
