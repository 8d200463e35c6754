export * from './distance.ts';
export * from './near.ts';
export { createPlaces, type Municipality, type Place, type Places } from './places.ts';
