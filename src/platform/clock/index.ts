// Time, chance and ids enter the program here and nowhere else; everything below takes them as arguments.
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';

/** Integer milliseconds since 1970 UTC. */
export interface Clock {
  now(): number;
}

/** So many bytes from the operating system's generator. */
export type Random = (bytes: number) => Uint8Array;

/** A fresh id, ordered by time: UUID version 7 (RFC 9562). */
export type NewId = () => string;

export const CLOCK = Symbol('clock');
export const RANDOM = Symbol('random');
export const NEW_ID = Symbol('new id');

export const systemClock: Clock = { now: () => Date.now() };
export const systemRandom: Random = (bytes) => new Uint8Array(randomBytes(bytes));
export const newId: NewId = () => v7();

/** Nest providers for the three; tests put their own in place. */
export const clockProviders = [
  { provide: CLOCK, useValue: systemClock },
  { provide: RANDOM, useValue: systemRandom },
  { provide: NEW_ID, useValue: newId },
];
