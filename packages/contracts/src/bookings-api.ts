import { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { arrangementOperations } from './arrangements.ts';
import { backupOperations } from './backups.ts';
import { AccountId } from './booking-words.ts';
import {
  AcceptBooking,
  type BookingChange,
  BookingFilter,
  BookingView,
  CancelBooking,
  ChangeContactPerson,
  ConfirmBooking,
  DeclineBooking,
  ForgetPerson,
  Forgotten,
  GrantMandate,
  HouseholdView,
  RecordDelivery,
  RecordNoCare,
  RegisterHousehold,
  RequestBooking,
  RescheduleBooking,
  SetCaregiverJoins,
  UnmetDemandRow,
  WithdrawMandate,
} from './bookings.ts';
import { endingOperations } from './endings.ts';
import { feedOperations } from './feeds.ts';
import { householdOperations } from './households.ts';
import { BookingId, HouseholdId } from './ids.ts';
import { messageOperations } from './messages.ts';
import { onBehalfOperations } from './on-behalf.ts';
import { PageRequest, pageOf } from './page.ts';
import { palliativeOperations } from './palliative.ts';
import { proposalOperations } from './proposals.ts';
import { bookingsReportOperations } from './reports.ts';
import { seriesOperations } from './series.ts';
import { command, query, type ServiceOf, serviceApi } from './service-api.ts';
import { signalOperations } from './signals.ts';
import { stayOperations } from './stays.ts';
import { taskAgreementOperations } from './task-agreements.ts';
import { taskOperations } from './tasks.ts';
import { unmetDemandOperations } from './unmet-demand.ts';
import { urgentOperations } from './urgent.ts';
import { MunicipalityCode } from './vocabulary.ts';
import { waitingOperations } from './waiting.ts';
import { wishOperations } from './wishes.ts';

export const BookingsApi = serviceApi('bookings', {
  registerHousehold: command(RegisterHousehold, HouseholdView),
  changeContactPerson: command(ChangeContactPerson, HouseholdView),
  grantMandate: command(GrantMandate, HouseholdView),
  withdrawMandate: command(WithdrawMandate, HouseholdView),
  requestBooking: command(RequestBooking, BookingView),
  confirmBooking: command(ConfirmBooking, BookingView),
  acceptBooking: command(AcceptBooking, BookingView),
  declineBooking: command(DeclineBooking, BookingView),
  cancelBooking: command(CancelBooking, BookingView),
  rescheduleBooking: command(RescheduleBooking, BookingView),
  setCaregiverJoins: command(SetCaregiverJoins, BookingView),
  recordDelivery: command(RecordDelivery, BookingView),
  recordNoCare: command(RecordNoCare, BookingView),
  forgetPerson: command(ForgetPerson, Forgotten),
  findBooking: query(z.strictObject({ bookingId: BookingId, asOf: Instant.optional() }), BookingView.optional()),
  listBookings: query(BookingFilter, pageOf(BookingView)),
  findHousehold: query(z.strictObject({ householdId: HouseholdId }), HouseholdView.optional()),
  /** Households of an account: as caregiver, as contact person, or by mandate. */
  listHouseholds: query(
    z.strictObject({ accountId: AccountId, waitFor: z.string().max(100).optional(), page: PageRequest }),
    pageOf(HouseholdView),
  ),
  ...arrangementOperations,
  ...backupOperations,
  ...feedOperations,
  ...householdOperations,
  ...onBehalfOperations,
  ...proposalOperations,
  ...seriesOperations,
  ...signalOperations,
  ...stayOperations,
  ...taskAgreementOperations,
  ...messageOperations,
  ...taskOperations,
  ...waitingOperations,
  ...urgentOperations,
  ...palliativeOperations,
  ...endingOperations,
  ...wishOperations,
  ...unmetDemandOperations,
  ...bookingsReportOperations,
  unmetDemand: query(
    z.strictObject({ municipality: MunicipalityCode.optional(), waitFor: z.string().max(100).optional() }),
    z.array(UnmetDemandRow),
  ),
});

/**
 * The operations, and the changes of one booking as they happen (in process a callback, over HTTP server-sent events).
 * Over HTTP the first word, and the first after every lost connection, is `what: 'watching'` with revision 0: look at
 * the booking then, since what changed before is not told again.
 */
export type Bookings = ServiceOf<typeof BookingsApi> & {
  watchBooking(bookingId: BookingId, onChange: (change: BookingChange) => void): () => void;
};
