import { z } from 'zod';
import {
  CloseDays,
  ExtendHolds,
  HoldPlaces,
  KeptPlaces,
  MovePlace,
  OccupancyStep,
  OverrideCapacity,
  ReadCalendar,
  ReleasePlaces,
  ReopenDays,
  RosterWorker,
  SetAvailability,
  SetCapacity,
  TakePlaces,
  UnrosterWorker,
} from './capacity.ts';
import { calendarOperations } from './feeds.ts';
import { OfferId, ProviderId, ResourceId } from './ids.ts';
import {
  AskTerms,
  BookableTime,
  ChangeOffer,
  ChangePayerTariff,
  ChangeTariff,
  ConfirmOffer,
  ExtendHold,
  HeldPlaces,
  HoldPlace,
  OfferView,
  OpenResource,
  ProviderView,
  PublishOffer,
  PublishTimes,
  RegisterProvider,
  ReleasePlace,
  ResourceView,
  SearchHit,
  SearchOffers,
  TakePlace,
  Terms,
  WithdrawOffer,
  WithdrawTimes,
  waiting,
} from './offers.ts';
import { PageRequest, pageOf } from './page.ts';
import { offersReportOperations } from './reports.ts';
import {
  ListRegionalBeds,
  ListSuitableOffers,
  ListTimesWithin,
  RegionalHouse,
  SeekRespite,
  Sought,
  SuitableOffer,
} from './seek.ts';
import { command, query, type ServiceOf, serviceApi } from './service-api.ts';
import { CareTrait, DayRange } from './vocabulary.ts';

/* What offers answers. */

export const OffersApi = serviceApi('offers', {
  registerProvider: command(RegisterProvider, ProviderView),
  publishOffer: command(PublishOffer, OfferView),
  changeOffer: command(ChangeOffer, OfferView),
  changeTariff: command(ChangeTariff, OfferView),
  changePayerTariff: command(ChangePayerTariff, OfferView),
  confirmOffer: command(ConfirmOffer, OfferView),
  withdrawOffer: command(WithdrawOffer, OfferView),
  openResource: command(OpenResource, ResourceView),
  publishTimes: command(PublishTimes, ResourceView),
  withdrawTimes: command(WithdrawTimes, ResourceView),
  setCapacity: command(SetCapacity, ResourceView),
  setAvailability: command(SetAvailability, ResourceView),
  closeDays: command(CloseDays, ResourceView),
  reopenDays: command(ReopenDays, ResourceView),
  rosterWorker: command(RosterWorker, ResourceView),
  unrosterWorker: command(UnrosterWorker, ResourceView),
  readCalendar: command(ReadCalendar, ResourceView),
  ...calendarOperations,
  ...offersReportOperations,
  holdPlace: command(HoldPlace, Terms),
  holdPlaces: command(HoldPlaces, HeldPlaces),
  movePlace: command(MovePlace, Terms),
  overrideCapacity: command(OverrideCapacity, Terms),
  extendHold: command(ExtendHold, z.undefined()),
  extendHolds: command(ExtendHolds, KeptPlaces),
  takePlace: command(TakePlace, z.undefined()),
  takePlaces: command(TakePlaces, KeptPlaces),
  releasePlace: command(ReleasePlace, z.undefined()),
  releasePlaces: command(ReleasePlaces, z.undefined()),
  /** Accepted with the terms, or rejected with the reason why the offer does not fit; writes nothing. */
  askTerms: command(AskTerms, Terms),
  search: query(SearchOffers, pageOf(SearchHit)),
  /** By need: what fits and why, or what comes nearest. */
  seekRespite: query(SeekRespite, Sought),
  /** Whoever would suit, full or not: where somebody may wait. */
  listSuitable: query(ListSuitableOffers, z.array(SuitableOffer)),
  /** What of an offer can be had in a window: what somebody who waits could be offered. */
  listTimesWithin: query(ListTimesWithin, z.array(BookableTime)),
  /** Free beds night by night, of all houses around, the nearest first. */
  listRegionalBeds: query(ListRegionalBeds, z.array(RegionalHouse)),
  findOffer: query(z.strictObject({ offerId: OfferId }), OfferView.optional()),
  /** For its provider only. */
  findExclusions: query(z.strictObject({ offerId: OfferId }), z.array(CareTrait)),
  listOffers: query(
    z.strictObject({ providerId: ProviderId.optional(), ...waiting, page: PageRequest }),
    pageOf(OfferView),
  ),
  findProvider: query(z.strictObject({ providerId: ProviderId }), ProviderView.optional()),
  listProviders: query(z.strictObject({ ...waiting, page: PageRequest }), pageOf(ProviderView)),
  findResource: query(z.strictObject({ resourceId: ResourceId }), ResourceView.optional()),
  /** How full it is between two days, as a timeline; undefined when there is no such resource. */
  findOccupancy: query(
    z
      .strictObject({ resourceId: ResourceId, days: DayRange })
      .refine(({ days }) => Temporal.PlainDate.from(days.from).until(days.until).days <= 400, {
        path: ['days'],
        error: 'At most 400 days at a time.',
      }),
    z.array(OccupancyStep).optional(),
  ),
  listResources: query(z.strictObject({ providerId: ProviderId, ...waiting, page: PageRequest }), pageOf(ResourceView)),
});
export type Offers = ServiceOf<typeof OffersApi>;
