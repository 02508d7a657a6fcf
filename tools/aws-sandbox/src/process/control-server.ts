import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listenPrivately } from '../wire/claim-socket';
import type { ControlApi, ControlRequest } from './control-api';

export type ControlAnswers = {
  readonly [R in ControlRequest]: (
    argument: ControlApi[R]['request'],
  ) => ControlApi[R]['answer'] | Promise<ControlApi[R]['answer']>;
};

/** Serves the requests of the sandbox's commands on a unix socket that only this user can reach. */
export class ControlServer {
  private readonly server: Server;

  constructor(private readonly answers: ControlAnswers) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** @throws SocketInUseError where a process listens there; the file of one that is gone is replaced */
  listen(socketPath: string): Promise<void> {
    return listenPrivately(this.server, socketPath);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      let text = '';
      request.setEncoding('utf8');
      for await (const chunk of request) text += String(chunk);
      const name = (request.url ?? '/').slice(1);
      if (!Object.hasOwn(this.answers, name)) throw new Error(`unknown request ${JSON.stringify(name)}`);
      const answer = this.answers[name as ControlRequest] as (argument: unknown) => unknown;
      const body = JSON.stringify(await answer(JSON.parse(text)));
      response.writeHead(200).end(body);
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  }
}
