import { defineContract, text } from '@dr/stack-contracts';

export const globalDnsContract = defineContract({
  name: 'global-dns',
  outputs: {
    serviceName: text('Name that clients use'),
  },
});
