/** Outcome of a connection: a response, no response ever (`hang`), or a refusal. */
export type Reached = 'answer' | 'hang' | 'refuse';

/** Reachability of a region. */
export interface Reachability {
  /** @param from region that is connected from; undefined: from outside of the account's regions */
  reach(region: string, from?: string): Reached;
}

/** Reachability of a load balancer's address in a zone. */
export interface ZoneReachability {
  reachZone(zone: string): Reached;
}

/** Thrown where nothing listens at the called address: the connection is closed without a response. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
}

/** Response that never comes: the connection stays open until the caller's timeout. */
export const NEVER = new Promise<never>(() => undefined);
