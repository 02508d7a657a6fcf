import { defineContract, mirrored, text } from '@dr/stack-contracts';

export const computeContract = defineContract({
  name: 'compute',
  outputs: {
    loadBalancerDnsName: mirrored(text("Name of the region's public load balancer")),
    alarmTopicArn: text("Topic that the region's alarms about the service are sent to"),
    healthCheckHost: mirrored(text("Host of the region's deep health check")),
    healthyText: mirrored(text('Text that the health check answers while the region serves')),
    latchedText: text("Text that the health check's latch answers while the other region must not be answered"),
  },
});
