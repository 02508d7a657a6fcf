import type { Members } from '../calls/members';
import type { Route, ServiceEndpoint } from '../calls/service-endpoint';
import type { DecodedCall, HttpCall } from './protocol';

interface RoutedCall {
  readonly service: ServiceEndpoint;
  readonly route: Route;
  /** The path's labels, decoded, and the query's parameters. */
  readonly input: Members;
}

/** @param bodyOf members of a body that is a structure */
export function decodeRouted(
  call: HttpCall,
  services: readonly ServiceEndpoint[],
  bodyOf: (body: Buffer) => Members,
): DecodedCall {
  const serviceName = call.scope.service ?? 'unsigned';
  const service = services.find(({ signingName }) => signingName === serviceName);
  const routed = routeCall(call, services);
  if (routed === undefined) return { service, serviceName, operation: `${call.method} ${call.path}`, input: {} };
  const { operation, payload } = routed.route;
  const body = payload === undefined ? bodyOf(call.body) : { [payload]: call.body };
  return { service: routed.service, serviceName, operation, input: { ...body, ...routed.input } };
}

/** @returns undefined where the signed service has no route for the call */
function routeCall(call: HttpCall, services: readonly ServiceEndpoint[]): RoutedCall | undefined {
  for (const service of services) {
    if (service.signingName !== call.scope.service || service.routes === undefined) continue;
    for (const route of service.routes) {
      if (route.method !== call.method || (route.query !== undefined && !call.query.has(route.query))) continue;
      const labels = matchPath(route.path, call.path);
      if (labels !== undefined) return { service, route, input: { ...Object.fromEntries(call.query), ...labels } };
    }
  }
  return undefined;
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const names: string[] = [];
  const pattern = template.replaceAll(/\{(\w+)(\+?)\}/g, (_label, name: string, greedy: string) => {
    names.push(name);
    return greedy === '' ? '([^/]+)' : '(.+)';
  });
  const found = new RegExp(`^${pattern}${template.endsWith('/') ? '' : '/?'}$`).exec(path);
  if (found === null) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]));
}
