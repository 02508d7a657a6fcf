/** Kinds of clients, each named as its tier is in the budget; `orders` are the service's own, where its tasks run. */
export const CLIENT_TIERS = [
  'entry',
  'strongly consistent writes',
  'eventually consistent writes',
  'SQL writes',
  'orders',
] as const;

export type ClientTier = (typeof CLIENT_TIERS)[number];
