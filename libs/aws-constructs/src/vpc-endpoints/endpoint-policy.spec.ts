import { accountEndpointPolicy, s3EndpointPolicy } from './endpoint-policy';

const OWN_PRINCIPALS = {
  Sid: 'PrincipalsOfThisAccount',
  Effect: 'Allow',
  Principal: '*',
  Action: '*',
  Resource: '*',
  Condition: { StringEquals: { 'aws:PrincipalAccount': '123456789012' } },
};

describe('the policy of an endpoint', () => {
  it('lets principals of the account through, and nobody else', () => {
    expect(JSON.parse(accountEndpointPolicy('123456789012'))).toEqual({
      Version: '2012-10-17',
      Statement: [OWN_PRINCIPALS],
    });
  });

  it("of S3 also lets the region's image layers through, which ECR signs itself", () => {
    expect(JSON.parse(s3EndpointPolicy('123456789012', 'eu-west-1'))).toEqual({
      Version: '2012-10-17',
      Statement: [
        OWN_PRINCIPALS,
        {
          Sid: 'LayersOfImages',
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*',
        },
      ],
    });
  });
});
