/** Certificates for tests, made with openssl in a temporary folder. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server certificate with its key, both PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A certification authority and what it signed. */
export interface TestAuthority {
  readonly folder: string;
  /** The CA's own certificate, for `--ca`. */
  readonly caFile: string;
  /** Names localhost and 127.0.0.1. */
  readonly good: TestCertificate;
  /** Names another host only. */
  readonly elsewhere: TestCertificate;
  /** Was valid until yesterday. */
  readonly expired: TestCertificate;
  remove(): void;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Makes a CA of its own for each test file. */
export function makeAuthority(): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'dnsacl-ca-'));
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  };
  const sign = (name: string, subjectAltName: string, days: string): TestCertificate => {
    const [key, request, cert] = [`${name}.key`, `${name}.csr`, `${name}.pem`];
    const extension = ['-addext', `subjectAltName=${subjectAltName}`];
    openssl('req', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', '/CN=dc1', ...extension);
    const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy'];
    openssl('x509', '-req', '-in', request, '-out', cert, '-days', days, ...ca);
    return { key: readFileSync(file(key), 'utf8'), cert: readFileSync(file(cert), 'utf8') };
  };
  openssl('req', '-x509', ...NEW_KEY, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA');
  return {
    folder,
    caFile: file('ca.pem'),
    good: sign('good', 'DNS:localhost,IP:127.0.0.1', '2'),
    elsewhere: sign('elsewhere', 'DNS:dc9.corp.example.com', '2'),
    expired: sign('expired', 'DNS:localhost,IP:127.0.0.1', '-1'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
