/** Where the controller's own metrics are, and the value of their only dimension, `service`. */
export const METRIC_NAMESPACE = 'Recovery';
export const CONTROLLER_SERVICE = 'failover-controller';
