/** What becomes of a connection: `hang` is never answered. */
export type Reached = 'answer' | 'hang' | 'refuse';

/** How far a connection to a region gets. */
export interface Reachability {
  reach(region: string): Reached;
}

/** How far a connection to a load balancer's address in a zone gets. */
export interface ZoneReachability {
  reachZone(zone: string): Reached;
}

/** What was called is not there: the connection is ended, without an answer. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
}

/** A call that is never answered: the connection is held until the caller gives up. */
export const NEVER = new Promise<never>(() => undefined);
