import type { Members, Route, ServiceEndpoint } from '../calls/service-endpoint';
import type { HttpCall } from './protocol';

export interface RoutedCall {
  readonly service: ServiceEndpoint;
  readonly route: Route;
  /** The path's labels, decoded, and the query's parameters. */
  readonly input: Members;
}

/** @returns undefined where the signed service has no route for the call */
export function routeCall(call: HttpCall, services: readonly ServiceEndpoint[]): RoutedCall | undefined {
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
