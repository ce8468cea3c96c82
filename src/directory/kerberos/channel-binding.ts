/**
 * What ties a sign-in to the TLS connection it is made over: tls-server-end-point, a hash of the server's certificate
 * (RFC 5929 4). A server that demands it refuses a sign-in that somebody on the way passes on.
 *
 * The hash is that of the certificate's own signature; SHA-256 where that is MD5, SHA-1, or names none, as Ed25519
 * does. Certificate ::= SEQUENCE { tbsCertificate, SEQUENCE { OID, parameters }, signature }. RFC 5280 4.1
 */

import { createHash } from 'node:crypto';
import { BerCursor } from '../ldap/ldap-wire.ts';

const PREFIX = 'tls-server-end-point:';

/** The last bytes of the OIDs of signatures, as hex of their DER content. RFC 8017, RFC 5758 */
const HASH_BY_SIGNATURE: ReadonlyMap<string, string> = new Map([
  ['2a864886f70d01010c', 'sha384'], // sha384WithRSAEncryption
  ['2a864886f70d01010d', 'sha512'], // sha512WithRSAEncryption
  ['2a864886f70d01010e', 'sha224'], // sha224WithRSAEncryption
  ['2a8648ce3d040301', 'sha224'], // ecdsa-with-SHA224
  ['2a8648ce3d040303', 'sha384'], // ecdsa-with-SHA384
  ['2a8648ce3d040304', 'sha512'], // ecdsa-with-SHA512
]);
/** RSASSA-PSS, whose parameters name the hash. RFC 4055 3.1 */
const RSASSA_PSS = '2a864886f70d01010a';
const HASH_BY_OID: ReadonlyMap<string, string> = new Map([
  ['608648016503040202', 'sha384'],
  ['608648016503040203', 'sha512'],
  ['608648016503040204', 'sha224'],
]);
const TAGS = { sequence: 0x30, oid: 0x06, hashAlgorithm: 0xa0 } as const;

/**
 * The application data of the channel binding for a connection to a server with this certificate.
 *
 * @param certificate DER
 * @throws FormatError when it is not a certificate
 */
export function serverEndPointBinding(certificate: Uint8Array): Uint8Array {
  const hash = createHash(hashOf(certificate)).update(certificate).digest();
  return Buffer.concat([Buffer.from(PREFIX), hash]);
}

function hashOf(certificate: Uint8Array): string {
  const bytes = Buffer.from(certificate.buffer, certificate.byteOffset, certificate.byteLength);
  const whole = new BerCursor(new BerCursor(bytes).content(TAGS.sequence, 'Certificate'));
  whole.content(TAGS.sequence, 'tbsCertificate');
  const algorithm = new BerCursor(whole.content(TAGS.sequence, 'signatureAlgorithm'));
  const oid = algorithm.content(TAGS.oid, 'algorithm').toString('hex');
  const hash = oid === RSASSA_PSS ? pssHash(algorithm) : HASH_BY_SIGNATURE.get(oid);
  return hash ?? 'sha256';
}

function pssHash(algorithm: BerCursor): string | undefined {
  const parameters = new BerCursor(algorithm.content(TAGS.sequence, 'RSASSA-PSS-params'));
  if (parameters.peek() !== TAGS.hashAlgorithm) return undefined;
  parameters.enter(TAGS.hashAlgorithm, 'hashAlgorithm');
  parameters.enter(TAGS.sequence, 'AlgorithmIdentifier');
  return HASH_BY_OID.get(parameters.content(TAGS.oid, 'algorithm').toString('hex'));
}
