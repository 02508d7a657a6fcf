import { NamedList } from '../service-endpoint';

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

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
