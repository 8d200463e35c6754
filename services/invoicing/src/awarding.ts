import type {
  AwardScheme,
  EntitlementView,
  ExtendEntitlement,
  ReviewEntitlement,
  SchemeView,
} from '@adempauze/contracts';
import { openSealed, type ReadDatabase } from '@adempauze/event-store';
import {
  type CallContext,
  type Clock,
  dayOf,
  derivedId,
  type Instant,
  isRedacted,
  type Outcome,
  plusMonths,
  type Vault,
} from '@adempauze/kernel';
import { entitlementIdOf } from './entitlement/entitlement.events.ts';
import { entitlementView } from './entitlement/entitlement-view.ts';
import type { Handlers } from './handlers.ts';
import { listMandatesInForce } from './scheme-list/scheme-list.ts';

export type AwardingDependencies = {
  readonly handlers: Pick<Handlers, 'schemes' | 'funding' | 'entitlements'>;
  /** Has the mandates that were granted here. */
  readonly mandatesDb: () => Promise<ReadDatabase>;
  readonly vault: Vault;
  readonly clock: Clock;
};

const no = (code: string, facts: Record<string, string | number> = {}) =>
  ({ accepted: false, rejection: { code, facts } }) as const;

/** Who may decide when nobody holds a mandate. */
const municipalityItself = 'De gemeente';

/** Awarding and extending: first the household's list of sources, which guards periods, then the entitlement itself. */
export const createAwarding = ({ handlers, mandatesDb, vault, clock }: AwardingDependencies) => {
  const { schemes, funding, entitlements } = handlers;

  /** Somebody who may decide, by name (R06). */
  const holderOf = async (mandates: ReturnType<typeof listMandatesInForce>): Promise<string> => {
    await vault.load(mandates.map(({ accountId }) => accountId));
    for (const { holder } of mandates) {
      const name = openSealed(vault, holder);
      if (!isRedacted(name)) return String(name);
    }
    return municipalityItself;
  };

  /**
   * Whether they may decide on this scheme today: the municipality on its own, or an account with a mandate in force.
   * Otherwise the name of somebody who may.
   */
  const refusalOf = async (scheme: SchemeView, decidedBy: AwardScheme['decidedBy'], now: Instant) => {
    if (decidedBy.municipality === scheme.municipality) return undefined;
    const mandates = listMandatesInForce(await mandatesDb(), scheme.schemeId, dayOf(now));
    if (mandates.some(({ accountId }) => accountId === decidedBy.accountId)) return undefined;
    return no('no-scheme-mandate', { holder: await holderOf(mandates) });
  };

  const viewed = (outcome: Awaited<ReturnType<typeof entitlements.handle>>, now: Instant): Outcome<EntitlementView> => {
    if (!outcome.accepted) return outcome;
    const value = entitlementView(outcome.value.state, now);
    return value === undefined ? no('entitlement-not-found') : { accepted: true, position: outcome.position, value };
  };

  return {
    async award(input: AwardScheme, context: CallContext): Promise<Outcome<EntitlementView>> {
      const { schemeId, householdId, startsOn, rateCents, decidedBy } = input;
      const awardedBy = decidedBy.accountId;
      const now = clock();
      const { scheme } = (await schemes.load(schemeId)).state;
      if (scheme === undefined) return no('scheme-not-found');
      const entitlementId = entitlementIdOf({ householdId, schemeId, startsOn });
      const { awards } = (await funding.load(householdId)).state;
      // Asked again after the mandate ended, it is still the same award.
      const isKnown = awards.some((it) => it.entitlementId === entitlementId && it.awardedBy === awardedBy);
      const refusal = isKnown ? undefined : await refusalOf(scheme, decidedBy, now);
      if (refusal) return refusal;
      if (startsOn < scheme.validFrom) return no('scheme-period-not-begun', { firstDay: scheme.validFrom });

      const { rules, name: schemeName, municipality } = scheme;
      const until = plusMonths(startsOn, rules.periodMonths);
      const award = { entitlementId, schemeId, schemeName, householdId, municipality, rules, rateCents, awardedBy };
      const recorded = await funding.handle(
        householdId,
        { type: 'AwardScheme', data: { ...award, from: startsOn, until }, now },
        context,
      );
      if (!recorded.accepted) return recorded;
      const data = recorded.value.state.awards.find((it) => it.entitlementId === entitlementId);
      if (data === undefined) return no('entitlement-not-found');
      const open = { ...context, commandId: derivedId(context.commandId, 'open') };
      return viewed(await entitlements.handle(entitlementId, { type: 'OpenEntitlement', data, now }, open), now);
    },

    /** Lengthens the period by once its length, where the scheme allows it; the cap stays what it was (chosen). */
    async extend(
      { entitlementId, decidedBy }: ExtendEntitlement,
      context: CallContext,
    ): Promise<Outcome<EntitlementView>> {
      const now = clock();
      const { award } = (await entitlements.load(entitlementId)).state;
      const scheme = award && (await schemes.load(award.schemeId)).state.scheme;
      if (award === undefined || scheme === undefined) return no('entitlement-not-found');
      const refusal = await refusalOf(scheme, decidedBy, now);
      if (refusal) return refusal;
      const recorded = await funding.handle(
        award.householdId,
        { type: 'ExtendAward', data: { entitlementId }, now },
        context,
      );
      if (!recorded.accepted) return recorded;
      const until = recorded.value.state.awards.find((it) => it.entitlementId === entitlementId)?.until ?? award.until;
      const extend = { ...context, commandId: derivedId(context.commandId, 'extend') };
      const command = { type: 'ExtendEntitlement', data: { until }, now } as const;
      return viewed(await entitlements.handle(entitlementId, command, extend), now);
    },

    /** The municipality of the scheme alone reviews what others decided (S11); nothing that was given is taken back. */
    async review(
      { entitlementId, endsOn, reason, decidedBy }: ReviewEntitlement,
      context: CallContext,
    ): Promise<Outcome<EntitlementView>> {
      const now = clock();
      const { award } = (await entitlements.load(entitlementId)).state;
      if (award === undefined || award.municipality !== decidedBy.municipality) return no('entitlement-not-found');
      const command = { type: 'ReviewEntitlement', data: { endsOn, reason }, now } as const;
      return viewed(await entitlements.handle(entitlementId, command, context), now);
    },

    /** All of a household's entitlements, the oldest first, with what is left of each. */
    async list(householdId: string): Promise<EntitlementView[]> {
      const now = clock();
      const { awards } = (await funding.load(householdId)).state;
      const views = await Promise.all(
        awards.map(async (award) => {
          const { state } = await entitlements.load(award.entitlementId);
          return entitlementView({ ...state, award: state.award ?? award }, now);
        }),
      );
      return views.filter((it) => it !== undefined);
    },
  };
};
