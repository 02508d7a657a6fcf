import { rmSync } from 'node:fs';
import { callRaw, type RawCall } from '../testing/raw-call';
import { TerraformClient } from '../testing/terraform-client';
import { AwsEndpoint } from './aws-endpoint';
import type { ServiceApi } from './calls/service-api';
import type { ServiceEndpoint } from './calls/service-endpoint';

const DEFECT = 'The sandbox failed on this call. Its log, sandbox.log in the folder of the account, says why.';

/** A service of one operation that always fails, in one of the protocols. */
function failing(signingName: string, protocol: ServiceApi['protocol']): ServiceEndpoint {
  const Fail = () => {
    throw new TypeError('secret detail');
  };
  const operations = { Fail: { method: 'POST', uri: '/' } };
  const api = { source: 'none', protocol, signingName, targetPrefix: signingName, operations, errors: {}, shapes: {} };
  return { api, operations: { Fail }, permissions: () => [] };
}

const SERVICES: readonly ServiceEndpoint[] = [
  failing('json', 'json'),
  failing('query', 'query'),
  failing('s3', 'rest-xml'),
  failing('rest', 'rest-json'),
];

describe('a defect of the sandbox', () => {
  it.each<[string, RawCall, number]>([
    ['json', { scope: 'us-east-1/json', headers: { 'x-amz-target': 'json.Fail' }, body: '{}' }, 500],
    ['query', { scope: 'us-east-1/query', body: 'Action=Fail' }, 500],
    ['s3', { scope: 'us-east-1/s3' }, 500],
    ['rest', { scope: 'us-east-1/rest' }, 500],
    ['a host', { method: 'GET', headers: { 'x-sandbox-host': 'broken' } }, 500],
    ['a host whose answer is no HTTP', { method: 'GET', headers: { 'x-sandbox-host': 'odd' } }, 500],
  ])('is logged, and its caller is told where: %s', async (_kind, call, status) => {
    const terraform = new TerraformClient();
    const defects: string[] = [];
    const endpoint = new AwsEndpoint({
      account: terraform.account,
      lifecycle: terraform.provider.lifecycle,
      services: SERVICES,
      hosts: [
        {
          find: (host) =>
            host !== 'broken' && host !== 'odd'
              ? undefined
              : {
                  region: 'us-east-1',
                  service: 'test',
                  answer: () => {
                    if (host === 'broken') throw new TypeError('secret detail');
                    return { status: 200, headers: { x: 'secret detail\n' }, body: '' };
                  },
                },
        },
      ],
      identity: { home: '', pid: 1 },
      onDefect: (what, error) => defects.push(`${what}: ${error.stack}`),
    });
    const address = `http://127.0.0.1:${await endpoint.listen(0)}`;

    const answer = await callRaw(address, call);
    const again = await callRaw(address, call);
    await endpoint.close();
    terraform.close();
    rmSync(terraform.home, { recursive: true, force: true });

    expect([answer.status, again.status]).toEqual([status, status]);
    expect(answer.body).toContain(DEFECT);
    expect(`${JSON.stringify(answer.headers)}${answer.body}`).not.toMatch(/secret|\.ts|TypeError/);
    expect(defects).toHaveLength(2);
    expect(defects[0]).toMatch(/TypeError.*\n\s+at /);
  });
});
