import { numeric, timestamp, uuid } from 'drizzle-orm/pg-core';

/** UUIDv7 made by the application. */
export const id = () => uuid().primaryKey();
/** An instant, to the millisecond. */
export const instant = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' });
/** Money in the currency of its portfolio. */
export const money = () => numeric({ precision: 28, scale: 8 });
/** Price, quantity, FX rate, unit value. */
export const quantity = () => numeric({ precision: 38, scale: 18 });
/** 0.10 is 10 %. */
export const fraction = () => numeric({ precision: 18, scale: 12 });
