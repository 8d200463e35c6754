import './basics.ts';
import './providers.ts';
import './offers.ts';
import './offer-commands.ts';
import './search.ts';
import './seek.ts';
import './resources.ts';
import './resource-commands.ts';
import './households.ts';
import './bookings.ts';
import './booking-commands.ts';
import './series.ts';
import './stays.ts';
import './tasks.ts';
import './waiting.ts';
import './live.ts';
import './matching.ts';
import './helpers.ts';
import './schemes.ts';
import './entitlements.ts';
import './budgets.ts';
import './claims.ts';
import './invoices.ts';
import './unmet-demand.ts';
import './operations.ts';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { guardSchema } from '../policy/guard.ts';
import { builder } from './builder.ts';

/** The public door's schema, held to the access table. Made once: it keeps nothing of a request. */
export const schema = guardSchema(builder.toSchema({ sortSchema: false }));

/** What is committed as `schema.graphql`, so that a change shows in review. */
export const printedSchema = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`;
