import type { AwsService } from '../../runtime/aws-service';
import { functions } from '../lambda/service';
import { eventsResources } from './resources';
import { Schedules } from './schedules';

export const events: AwsService = {
  ...eventsResources,
  start: ({ account, faults, nowMs, of }) => ({
    ticking: [new Schedules(account, of(functions), nowMs, (region) => faults.isScheduleBroken(region))],
  }),
};
