/**
 * Connects and signs in: to the server that was named, else to one of the domain that was named, else to one of the
 * domain that this machine belongs to.
 */

import type { TransportOptions } from '../../directory/ldap/transport.ts';
import { UsageError } from '../../errors.ts';
import { normalizeFqdn } from '../../formats/dns-name.ts';
import type { Io } from '../io.ts';
import type { TalkFlags, WhereFlags } from '../options.ts';
import { connectToDomain } from './domain-servers.ts';
import { type Prepared, type Session, sessionOf } from './session-kinds.ts';
import { insecureWarning, readCredentials, SIGN_IN_NAMES, signInWay } from './sign-in.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** @throws UsageError when it is not clear where to connect, or as whom */
export async function connect(flags: WhereFlags & TalkFlags, io: Io): Promise<Session> {
  if (flags.server !== undefined) {
    if (flags.domain !== undefined)
      throw new UsageError('Use either --server or --domain, not both', '--domain');
    return sessionOf(await prepareSession({ ...flags, server: flags.server }, io), {}, null);
  }
  const domain = flags.domain ?? (await io.machineDomain());
  if (domain === null) {
    throw new UsageError(
      'Where to? Give --server HOST for a domain controller, --domain FQDN, or --snapshot FILE',
      '--server',
    );
  }
  return connectToDomain(normalizeFqdn(domain), flags, io, (server) =>
    prepareSession({ ...flags, server }, io),
  );
}

/** Settles as whom, asks for the password, and says how to open a session, now and again later. */
async function prepareSession(flags: WhereFlags & { readonly server: string }, io: Io): Promise<Prepared> {
  const way = signInWay(flags);
  const { catalogPort, openSession, parseServer, usualPort } = await import(
    '../../directory/ldap/ldap-session.ts'
  );
  const address = parseServer(flags.server, flags.tls ?? null, way === 'kerberos');
  if (flags.tlsInsecure === true) io.err(insecureWarning(way));
  const credentials = await readCredentials(way, flags, address, io);
  const options = {
    ...address,
    caFile: flags.ca ?? null,
    insecure: flags.tlsInsecure === true,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    timeoutMs: flags.timeout * 1000,
    readOnly: flags.readOnly === true,
    credentials,
    ...(await clientCertificate(flags)),
  };
  return {
    openAt: ({ service, ...target }) => {
      // A port that was named belongs to the server that was named with it.
      const isOther = target.host !== undefined && target.host !== address.host;
      const directoryPort = isOther ? usualPort(address.tls) : address.port;
      const port = service === 'catalog' ? catalogPort(address.tls) : directoryPort;
      return openSession({ ...options, ...target, port });
    },
    signIn: SIGN_IN_NAMES[way],
  };
}

async function clientCertificate(flags: WhereFlags): Promise<Pick<TransportOptions, 'clientCertificate'>> {
  if (flags.clientCert === undefined) return {};
  const { readClientCertificate } = await import('../../directory/kerberos/client-certificate.ts');
  return { clientCertificate: readClientCertificate(flags.clientCert, flags.clientKey ?? flags.clientCert) };
}
