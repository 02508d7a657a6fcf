import type { PlanReport } from './plan-report';

export type Change = PlanReport['states'][number]['changes'][number];

/** For specs: a change of a resource as a report has it. */
export const change = (action: Change['action'], address: string, attributes: Change['attributes'] = []): Change => ({
  address,
  type: 'aws_x',
  action,
  attributes,
});
