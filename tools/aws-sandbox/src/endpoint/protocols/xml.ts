import type { Members } from '../calls/members';
import { type ServiceApi, shapeOf } from '../calls/service-api';
import { type WrittenMember, writtenMembers } from '../calls/write-output';
import type { ProtocolRefusals } from './protocol';

/** Members of a structure as the XML protocols write them. */
export function elements(api: ServiceApi, members: readonly WrittenMember[]): string {
  return members
    .map(({ reference, value, wireName }) => {
      const { flattened, member, type } = shapeOf(api, reference.shape);
      const list = type === 'list' && flattened ? (value as readonly unknown[]) : [value];
      const shape = type === 'list' && flattened ? (member?.shape ?? 'string') : reference.shape;
      return list.map((each) => element(wireName, content(api, shape, each))).join('');
    })
    .join('');
}

function content(api: ServiceApi, name: string, value: unknown): string {
  const { key, member, type, value: of } = shapeOf(api, name);
  if (type === 'structure') return elements(api, writtenMembers(api, name, value as Members));
  if (type === 'timestamp') return (value as Date).toISOString();
  if (type === 'list') {
    return (value as readonly unknown[])
      .map((each) => element(member?.locationName ?? 'member', content(api, member?.shape ?? 'string', each)))
      .join('');
  }
  if (type !== 'map') return escapeXml(String(value));
  return Object.entries(value as Members)
    .map(([each, inner]) =>
      element(
        'entry',
        element(key?.locationName ?? 'key', escapeXml(each)) +
          element(of?.locationName ?? 'value', content(api, of?.shape ?? 'string', inner)),
      ),
    )
    .join('');
}

function element(name: string, inner: string): string {
  return `<${name}>${inner}</${name}>`;
}

/** Characters that XML cannot carry, escaped or not [XML 1.0, characters]. */
const NO_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

export function escapeXml(text: string): string {
  return text
    .replaceAll(NO_XML, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Refusals of services that answer in XML, but for S3. */
export const XML_REFUSALS: ProtocolRefusals = {
  malformed: ['MalformedInput', 400],
  tooLarge: ['RequestEntityTooLarge', 413],
  badRegion: ['SignatureDoesNotMatch', 403],
  denied: ['AccessDenied', 403],
};
