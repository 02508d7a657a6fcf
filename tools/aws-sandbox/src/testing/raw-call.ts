import { request } from 'node:http';

export interface RawCall {
  readonly method?: string;
  /** As it is sent: nothing is encoded or resolved. @default / */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Region and service of the credential scope, without a signature: `us-east-1/ssm`. @default none */
  readonly scope?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** For specs: a call as no SDK makes it. */
export function callRaw(
  address: string,
  { body = '', headers = {}, method = 'POST', scope, target = '/' }: RawCall,
): Promise<RawAnswer> {
  const authorization =
    scope === undefined ? {} : { authorization: `AWS4-HMAC-SHA256 Credential=sandbox/20260101/${scope}/aws4_request` };
  const length = 'transfer-encoding' in headers ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        hostname,
        port,
        method,
        path: target,
        agent: false,
        headers: { ...authorization, ...length, ...headers },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      },
    );
    call.setTimeout(20_000, () => call.destroy(new Error(`${method} ${target} was not answered`)));
    call.on('error', reject);
    call.end(body);
  });
}
