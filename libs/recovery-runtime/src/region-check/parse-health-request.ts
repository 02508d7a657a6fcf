/** Requests that the health check answers, by path. */
export const HEALTH_REQUESTS = { '/': 'serving', '/able': 'healthy' } as const;

/** The request in an event of a load balancer, a controller or the function URL. */
export type HealthRequest =
  | { readonly kind: (typeof HEALTH_REQUESTS)[keyof typeof HEALTH_REQUESTS] }
  /** An unknown path: who can ask may try some, so it is not logged. */
  | { readonly kind: 'unknown' }
  /** No request: somebody invoked the function by mistake. */
  | { readonly kind: 'malformed'; readonly problem: string };

/**
 * @param event of a load balancer, with `path` [Elastic Load Balancing user guide, Lambda functions as targets], of a function
 * URL, with `rawPath` [AWS Lambda developer guide, function URLs], or anything else; a controller's is as a load balancer's
 */
export function parseHealthRequest(event: unknown): HealthRequest {
  if (typeof event !== 'object' || event === null) {
    return { kind: 'malformed', problem: `the event is ${event === null ? 'null' : typeof event}, expected an object` };
  }
  const { path: ofLoadBalancer, rawPath } = event as { readonly path?: unknown; readonly rawPath?: unknown };
  const path = rawPath === undefined ? ofLoadBalancer : rawPath;
  if (typeof path !== 'string') {
    return { kind: 'malformed', problem: `the path is ${path === null ? 'null' : typeof path}, expected a text` };
  }
  return Object.hasOwn(HEALTH_REQUESTS, path)
    ? { kind: HEALTH_REQUESTS[path as keyof typeof HEALTH_REQUESTS] }
    : { kind: 'unknown' };
}
