import { createCommandHandler, createEventCodec, type EventStore } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import { offerDecider } from './offer/offer.decider.ts';
import { OfferEvent, offerStream } from './offer/offer.events.ts';
import { offerUpcasters } from './offer/offer.upcasters.ts';
import { providerDecider } from './provider/provider.decider.ts';
import { ProviderEvent, providerStream } from './provider/provider.events.ts';
import { resourceDecider } from './resource/resource.decider.ts';
import { ResourceEvent, resourceStream } from './resource/resource.events.ts';
import { resourceUpcasters } from './resource/resource.upcasters.ts';

export type Handlers = ReturnType<typeof createHandlers>;

/** Who decides on the three kinds of stream of offers, and how their events are read. */
export const createHandlers = ({ store, clock }: { readonly store: EventStore; readonly clock: Clock }) => {
  const codecs = {
    provider: createEventCodec({ schema: ProviderEvent }),
    offer: createEventCodec({ schema: OfferEvent, upcasters: offerUpcasters }),
    resource: createEventCodec({ schema: ResourceEvent, upcasters: resourceUpcasters }),
  };
  const shared = { store, clock };
  const providers = createCommandHandler({
    ...shared,
    decider: providerDecider,
    codec: codecs.provider,
    streamOf: providerStream,
  });
  const offers = createCommandHandler({ ...shared, decider: offerDecider, codec: codecs.offer, streamOf: offerStream });
  const resources = createCommandHandler({
    ...shared,
    decider: resourceDecider,
    codec: codecs.resource,
    streamOf: resourceStream,
  });
  return {
    codecs,
    providers,
    offers,
    resources,
    forget() {
      for (const handler of [providers, offers, resources]) handler.forget();
    },
  };
};
