import { NamedList } from '../calls/members';
import type { ProtocolRefusals } from './protocol';

/** Members as the XML protocols write them. */
export function elements(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((member) => `<member>${elements(member)}</member>`).join('');
  if (value instanceof NamedList)
    return value.values.map((member) => `<${value.element}>${elements(member)}</${value.element}>`).join('');
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, member]) => `<${name}>${elements(member)}</${name}>`)
      .join('');
  return escapeXml(String(value));
}

/** What no XML can carry, escaped or not [XML 1.0, characters]. */
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
