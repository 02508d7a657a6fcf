import { defineContract, mirrored, text } from '@dr/stack-contracts';

export const globalDnsContract = defineContract({
  name: 'global-dns',
  outputs: {
    serviceName: text('Name that clients use'),
    zoneId: mirrored(text("Zone of the service's name")),
    primaryHealthCheckId: mirrored(text('Whether the primary serves')),
    standbyHealthCheckId: mirrored(text('Whether the standby serves')),
    latchHealthCheckId: mirrored(text('Whether the standby leaves the primary in DNS')),
  },
});
