/** What clients do, each kind as its tier is named in the budget. */
export const CLIENT_TIERS = [
  'entry',
  'strongly consistent writes',
  'eventually consistent writes',
  'SQL writes',
] as const;

export type ClientTier = (typeof CLIENT_TIERS)[number];
