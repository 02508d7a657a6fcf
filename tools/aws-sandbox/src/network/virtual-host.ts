import type { HttpAnswer, HttpRequest } from './http-message';

/** Server with a host name of its own, reached at the endpoint's address. */
export interface Site {
  /** Region of the site: a dark region's sites do not respond. */
  readonly region: string;
  /** As faults name it: `lambda-url`. */
  readonly service: string;
  answer(call: HttpRequest): Promise<HttpAnswer> | HttpAnswer;
}

/** Sites of one kind, by host name. */
export interface VirtualHosts {
  /** @param host in small letters, without a port. @returns undefined where it is not of this kind */
  find(host: string): Site | undefined;
}
