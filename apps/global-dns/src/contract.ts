import { defineContract, text } from '@dr/stack-contracts';

export const globalDnsContract = defineContract({
  name: 'global-dns',
  outputs: {
    zoneId: text('Hosted zone of the domain'),
    nameServers: text("The zone's name servers, comma-separated: what the parent domain delegates to"),
    serviceName: text('Name that clients use'),
  },
});
