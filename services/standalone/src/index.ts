export { createMovableClock, type MovableClock } from './demonstration/clock.ts';
export { type Marketplace, type MarketplaceOptions, startMarketplace } from './marketplace.ts';
