import { request } from 'node:http';
import type { ControlApi, ControlRequest } from './control-api';
import { SandboxError } from './errors';

const ANSWER_TIMEOUT_MS = 10_000;
const NOBODY_LISTENS = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/**
 * Sends a request to the account's process.
 *
 * @returns undefined where none listens
 * @throws SandboxError with its own words where it refuses; Error when it does not answer within 10 s
 */
export function askSandbox<R extends ControlRequest>(
  controlSocket: string,
  name: R,
  argument: ControlApi[R]['request'],
): Promise<ControlApi[R]['answer'] | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: controlSocket, path: `/${name}`, method: 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as ControlApi[R]['answer']);
        else reject(new SandboxError(text));
      });
    });
    call.setTimeout(ANSWER_TIMEOUT_MS, () => call.destroy(new Error(`no answer to ${name} within 10 s`)));
    call.once('error', (error: NodeJS.ErrnoException) => {
      if (NOBODY_LISTENS.has(error.code ?? '')) resolve(undefined);
      else reject(error);
    });
    call.end(JSON.stringify(argument ?? null));
  });
}
