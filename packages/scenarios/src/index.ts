export { type Client, createClient, GraphqlError, type Session } from './client.ts';
export { createIds, type Ids } from './ids.ts';
export { type RunningMarketplace, startMarketplace } from './marketplace.ts';
export { type RaceResult, race } from './race.ts';
export { type Played, playStories, type Stage } from './stage.ts';
export { stories } from './stories.ts';
export { StoryError } from './story-error.ts';
export { connect, type Target } from './target.ts';
export type { Story, World } from './world.ts';
