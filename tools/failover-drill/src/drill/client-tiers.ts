/** Kinds of clients, each named as its tier is in the budget. */
export const CLIENT_TIERS = [
  'entry',
  'strongly consistent writes',
  'eventually consistent writes',
  'SQL writes',
] as const;

export type ClientTier = (typeof CLIENT_TIERS)[number];
