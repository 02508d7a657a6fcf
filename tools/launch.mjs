/**
 * Runs a program of the workspace in this process, from its bundle, which is made on first use and when a source has
 * changed. The sandbox account's too, which any command may have to start.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

/** @param program name of its folder in `tools` */
export async function launch(program) {
  // Programs run in the workspace, as a task of Nx does; where the user is, is kept as npm keeps it.
  process.env['INIT_CWD'] = process.cwd();
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  const [bundled] = await Promise.all([bundle(program), bundle('aws-sandbox')]);
  createRequire(import.meta.url)(bundled);
}
