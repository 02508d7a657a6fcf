import net from 'node:net';
import { join } from 'node:path';
import { enterNetwork, socketOf } from '../../../network/region-network';
import { TASK_VARIABLES } from './task-variables';

/** Entry point of a task's process: puts it at its address of the account's network, and runs the image's program there. */
function main(folder: string, entry: string): void {
  const variables = Object.values(TASK_VARIABLES).map((name) => process.env[name] ?? '');
  const [endpoint = '', network = '', address = ''] = variables;
  for (const name of Object.values(TASK_VARIABLES)) delete process.env[name];
  enterNetwork(endpoint, network, process.env['AWS_REGION']);
  listenAt(network, address);
  // The account's process has ended, however it did.
  process.on('disconnect', () => process.exit(0));
  // A program that has nothing more to do ends, whatever is open to the account.
  process.channel?.unref();
  const program = join(folder, entry);
  // As node sets it for a program that it is started with.
  process.argv = [process.argv[0] ?? 'node', program];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the image's program is known at run time only
  require(program);
}

/** Makes a server of any port listen at the task's own address, which other processes of the account connect to. */
function listenAt(network: string, address: string): void {
  const listenInMachine = net.Server.prototype.listen as (...given: unknown[]) => net.Server;
  const listen = function (this: net.Server, ...given: unknown[]): net.Server {
    const [first] = given;
    const port = Number(typeof first === 'object' && first !== null ? (first as { port?: unknown }).port : first);
    if (!Number.isInteger(port)) return listenInMachine.apply(this, given);
    const onListening = given.find((argument) => typeof argument === 'function');
    return listenInMachine.call(this, { path: socketOf(network, address, port) }, onListening);
  };
  Object.assign(net.Server.prototype, { listen });
}

main(process.argv[2] ?? '', process.argv[3] ?? '');
