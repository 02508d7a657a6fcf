import type { Verdict } from './verdict';

/** Rows that the recovery does not handle, each with its verdict. Nothing is added here: a new one is a defect to repair. */
export const NOT_HANDLED: Readonly<Record<string, Verdict>> = {};
