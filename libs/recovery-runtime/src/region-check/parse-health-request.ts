/** Requests that the health check answers, by path. */
export const HEALTH_REQUESTS = { '/': 'serving', '/able': 'healthy' } as const;

/** The request in an event of the function URL. */
export type HealthRequest =
  | { readonly kind: (typeof HEALTH_REQUESTS)[keyof typeof HEALTH_REQUESTS] }
  /** An unknown path: anybody who finds the URL may try some, so it is not logged. */
  | { readonly kind: 'unknown' }
  /** No request of a function URL: somebody invoked the function by mistake. */
  | { readonly kind: 'malformed'; readonly problem: string };

/** @param event payload format 2.0 [AWS Lambda developer guide, function URLs], or anything else */
export function parseHealthRequest(event: unknown): HealthRequest {
  if (typeof event !== 'object' || event === null) {
    return { kind: 'malformed', problem: `the event is ${event === null ? 'null' : typeof event}, expected an object` };
  }
  const { rawPath: path } = event as { readonly rawPath?: unknown };
  if (typeof path !== 'string') {
    return { kind: 'malformed', problem: `rawPath is ${path === null ? 'null' : typeof path}, expected a text` };
  }
  return Object.hasOwn(HEALTH_REQUESTS, path)
    ? { kind: HEALTH_REQUESTS[path as keyof typeof HEALTH_REQUESTS] }
    : { kind: 'unknown' };
}
