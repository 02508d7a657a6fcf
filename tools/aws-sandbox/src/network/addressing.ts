/** Header that names the host that a request is for, and its port unless that is 443, where the address is the sandbox's. */
export const HOST_HEADER = 'x-sandbox-host';

/** Header that names the address that was connected to, where a name has several. */
export const ADDRESS_HEADER = 'x-sandbox-address';

/** Header that names the region that an unsigned request comes from; a signed one names it by its session. */
export const REGION_HEADER = 'x-sandbox-region';

/** Header by which a part of the account says that a request is its own; nobody else knows its value. */
export const ORIGIN_HEADER = 'x-sandbox-origin';

/** Host that stands for every name server; the name that is looked up is in its query. */
export const NAME_SERVERS = 'name-servers.sandbox';
