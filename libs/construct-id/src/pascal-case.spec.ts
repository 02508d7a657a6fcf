import { pascalCase } from './pascal-case';

it.each([
  ['private', 'Private'],
  ['data-keys', 'DataKeys'],
  ['ecr.api', 'EcrApi'],
  ['on.call+night@example.com', 'OnCallNightExampleCom'],
  ['dnsZone', 'DnsZone'],
  ['2nd', '2nd'],
  ['', ''],
])('%s has the id %s', (name, id) => {
  expect(pascalCase(name)).toBe(id);
});
