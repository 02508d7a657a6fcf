/** Header that names the host that a request is for, where the address is the sandbox's. */
export const HOST_HEADER = 'x-sandbox-host';

/** Header that names the address that was connected to, where a name has several. */
export const ADDRESS_HEADER = 'x-sandbox-address';

/** Host that stands for every name server; the name that is looked up is in its query. */
export const NAME_SERVERS = 'name-servers.sandbox';
