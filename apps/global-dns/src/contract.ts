import { defineContract, mirrored, text } from '@dr/stack-contracts';

export const globalDnsContract = defineContract({
  name: 'global-dns',
  outputs: {
    serviceName: text('Name that clients use'),
    zoneId: mirrored(text("Zone of the service's name")),
    primaryHealthCheckId: mirrored(text('Whether the primary finds itself able to serve')),
    primaryEntryCheckId: mirrored(text("Whether clients are served at the primary's entry")),
    standbyHealthCheckId: mirrored(text('Whether the standby finds itself able to serve')),
    standbyEntryCheckId: mirrored(text("Whether clients would be served at the standby's entry")),
  },
});
