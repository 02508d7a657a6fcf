/** Environment variables of a task's process that are the sandbox's; its program does not see them. */
export const TASK_VARIABLES = {
  /** Address of the endpoint, which stands for the internet too. */
  endpoint: 'SANDBOX_ADDRESS',
  /** Folder of the sockets that stand for servers. */
  network: 'SANDBOX_NETWORK',
  /** The task's own address, in its subnet. */
  address: 'SANDBOX_TASK_ADDRESS',
} as const;
