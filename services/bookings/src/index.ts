export { bookingsPublication } from './integration/publication.ts';
export { type BookingsDependencies, type BookingsRuntime, type Check, startBookings } from './service.ts';
