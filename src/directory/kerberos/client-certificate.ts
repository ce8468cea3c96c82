/** The certificate that a client shows of itself during the TLS handshake, for SASL EXTERNAL. RFC 4513 5.2.3 */

import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { UsageError } from '../../errors.ts';

/** A certificate, with those of the CAs below the root if it needs them, and its private key; both PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * @param keyFile the file of the certificate when it holds both
 * @throws UsageError naming the option and the file, never what is in it
 */
export function readClientCertificate(certFile: string, keyFile: string): ClientCertificate {
  const cert = readPem(certFile, '--client-cert', 'CERTIFICATE');
  const key = readPem(keyFile, '--client-key', 'PRIVATE KEY');
  try {
    tls.createSecureContext({ cert, key });
  } catch (error) {
    const found = (error as Error).message;
    const needed = 'needed a certificate and the key that belongs to it, without a passphrase';
    const message = `Cannot use ${certFile} with the key in ${keyFile}: ${found}; ${needed}`;
    throw new UsageError(message, '--client-key', { cause: error });
  }
  return { cert, key };
}

function readPem(file: string, flag: string, label: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${(error as Error).message}`, flag, { cause: error });
  }
  if (!text.includes(`${label}-----`)) {
    throw new UsageError(`Cannot use ${file} as ${flag}: it holds no PEM ${label.toLowerCase()}`, flag);
  }
  return text;
}
