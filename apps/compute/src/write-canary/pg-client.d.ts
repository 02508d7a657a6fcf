/** The client alone: the package's own entry asks for an addon that is not there. */
declare module 'pg/lib/client' {
  export { Client as default } from 'pg';
}
