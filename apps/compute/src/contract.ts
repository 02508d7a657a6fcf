import { defineContract, mirrored, text } from '@dr/stack-contracts';

export const computeContract = defineContract({
  name: 'compute',
  outputs: {
    loadBalancerDnsName: mirrored(text("Name of the region's public load balancer")),
    entryHost: mirrored(text("The region's own name, whatever failover answers: what its entry is watched by")),
    alarmTopicArn: text("Topic that the region's alarms about the service are sent to"),
    healthCheckHost: mirrored(text('Host of the public health check, which the release before asked')),
    regionCheckArn: mirrored(text('Function that finds whether the region can serve, for failover controllers')),
    checkerPort: mirrored(text("Port of the region's entry at which Route 53's checkers ask whether it serves")),
    writeCanaryArn: text('Function that tries SQL writes in the region, for its failover controller'),
    healthyText: mirrored(text('Text that the health check answers while the region serves')),
  },
});

/** The function in a region that performs recoveries; commands of an operator read its settings in the region that answers. */
export const failoverControllerContract = defineContract({
  name: 'failover-controller',
  owner: 'compute',
  outputs: {
    functionName: text('Failover controller, whose variables are what it acts on and its settings'),
    topicArn: text('Topic that people are told of a recovery by'),
  },
});
