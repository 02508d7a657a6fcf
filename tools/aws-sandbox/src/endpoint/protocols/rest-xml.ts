import { randomUuid } from '../../model/random-id';
import type { HttpAnswer } from '../../network/http-message';
import type { Protocol } from './protocol';
import { decodeRouted } from './rest-routes';
import { elements, escapeXml, XML_REFUSALS } from './xml';

/** restXml: the operation is the method and the path, XML out [Smithy, AWS restXml protocol]. */
export const restXml: Protocol = {
  name: 'restXml',
  unknownOperation: 'NotImplemented',
  scalars: 'text',
  refusals: (service) =>
    service === 's3'
      ? {
          malformed: ['InvalidURI', 400],
          tooLarge: ['EntityTooLarge', 400],
          badRegion: ['AuthorizationHeaderMalformed', 400],
          denied: ['AccessDenied', 403],
        }
      : XML_REFUSALS,
  speaks: (call, services) =>
    services.some(
      ({ signingName, routes, xmlNamespace }) =>
        signingName === call.scope.service && routes !== undefined && xmlNamespace !== undefined,
    ),
  decode: (call, services) => decodeRouted(call, services, () => ({})),
  encode: (_call, { service, operation }, output) =>
    xml(200, `<${operation}Response xmlns="${service?.xmlNamespace ?? ''}">${elements(output)}</${operation}Response>`),
  encodeError: ({ scope }, decoded, { code, message, status }) => {
    const error = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
    // S3's error is its own root [Smithy, restXml, noErrorWrapping].
    return scope.service === 's3'
      ? xml(status, `<Error>${error}<RequestId>${randomUuid()}</RequestId></Error>`)
      : xml(
          status,
          `<ErrorResponse xmlns="${decoded?.service?.xmlNamespace ?? ''}"><Error><Type>Sender</Type>${error}</Error><RequestId>${randomUuid()}</RequestId></ErrorResponse>`,
        );
  },
};

function xml(status: number, body: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}
