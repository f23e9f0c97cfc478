// Small schema parts that several models' terms share.
import { z } from 'zod';

/** Whole minor units as text. */
export const Minor = z.string().regex(/^\d{1,15}$/);
/** A count of runs as text. */
export const Runs = z.string().regex(/^\d{1,12}$/);
export const PositiveRuns = z.string().regex(/^[1-9]\d{0,11}$/);
/** 0 to 1, at most six decimals. */
export const Fraction = z.string().regex(/^(?:0(?:\.\d{1,6})?|1(?:\.0{1,6})?)$/);
export const Product = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/);
