import type { Reachability } from '../../network/connection';
import type { CallToAuthorize, ServiceEndpoint } from './service-endpoint';

/** What becomes of a call. */
export type Fate = 'perform' | 'hang' | 'perform and lose the answer';

/** Faults that are set stand between a call and what it does. */
export interface CallGate extends Reachability {
  /**
   * @param service the signing name @param operation as the service calls it
   * @returns what becomes of the call, perhaps after a time
   * @throws AwsError with what the caller is refused with, ConnectionRefused where nothing is there to refuse
   */
  admit(region: string, service: string, operation: string): Promise<Fate>;
}

/** @throws AwsError where the role has not every permission that the call needs */
export type Authorize = (role: string, service: ServiceEndpoint, call: CallToAuthorize) => void;
