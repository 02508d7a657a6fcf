import type { Reachability } from '../../network/connection';
import type { CallToAuthorize, ServiceEndpoint } from './service-endpoint';

/** Handling of a call under the faults that are set: `hang` never responds, and performs nothing. */
export type Fate = 'perform' | 'hang' | 'perform and lose the answer';

/** Admission of calls: applies the faults that are set before a call is performed. */
export interface CallGate extends Reachability {
  /**
   * @param service the signing name @param operation as the service calls it @param from region that calls, if one does
   * @returns how the call is handled, after the delay of a `slow` fault
   * @throws AwsError with the code of a `failing` fault, ConnectionRefused where the region is dark and refuses
   */
  admit(region: string, service: string, operation: string, from?: string): Promise<Fate>;
}

/** @throws AwsError where the role has not every permission that the call needs */
export type Authorize = (role: string, service: ServiceEndpoint, call: CallToAuthorize) => void;
