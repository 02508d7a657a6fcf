import { randomUuid } from '../../model/random-id';
import type { HttpAnswer } from '../../network/http-message';
import { isServed } from '../calls/service-endpoint';
import { type Protocol, statusOf } from './protocol';
import { decodeRouted, encodeRouted } from './rest-routes';
import { elements, escapeXml, XML_REFUSALS } from './xml';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** restXml: the operation is the method and the path, XML out [Smithy, AWS restXml protocol]. */
export const restXml: Protocol = {
  name: 'restXml',
  unknownOperation: 'NotImplemented',
  notation: 'text',
  refusals: (service) =>
    service === 's3'
      ? {
          malformed: ['InvalidURI', 400],
          tooLarge: ['EntityTooLarge', 400],
          badRegion: ['AuthorizationHeaderMalformed', 400],
          denied: ['AccessDenied', 403],
        }
      : XML_REFUSALS,
  speaks: ({ scope }, services) => services.some(isServed(scope.service, 'rest-xml')),
  decode: (call, services) => decodeRouted(call, services, () => ({})),
  encode: (_call, served, output) =>
    encodeRouted(served, output, (members) => {
      const { operation, service } = served;
      const { [operation]: root = `${operation}Response` } = service.xmlRoots ?? {};
      const content = elements(service.api, members);
      const isRoot = members[0]?.wireName === root;
      // A member may be the root itself [Smithy, s3UnwrappedXmlOutput].
      const inner = isRoot ? content.slice(root.length + 2, -(root.length + 3)) : content;
      return ['text/xml', `${DECLARATION}<${root} xmlns="${service.api.xmlNamespace}">${inner}</${root}>`];
    }),
  encodeError: ({ scope }, decoded, error) => {
    const status = statusOf(decoded, error);
    const inner = `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
    // S3's error is its own root [Smithy, restXml, noErrorWrapping].
    return scope.service === 's3'
      ? xml(status, `<Error>${inner}<RequestId>${randomUuid()}</RequestId></Error>`)
      : xml(
          status,
          `<ErrorResponse xmlns="${decoded?.service?.api.xmlNamespace ?? ''}"><Error><Type>Sender</Type>${inner}</Error><RequestId>${randomUuid()}</RequestId></ErrorResponse>`,
        );
  },
};

function xml(status: number, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body: `${DECLARATION}${body}` };
}
