/** Asks DNS servers for SRV and address records: over UDP, and over TCP what does not fit. RFC 1035 4.2 */

import { once } from 'node:events';
import net from 'node:net';
import { DirectoryError, FormatError } from '../../errors.ts';
import { normalizeFqdn } from '../../formats/dns-name.ts';
import { type DnsAnswer, type DnsType, decodeAnswer, encodeQuestion, type SrvRecord } from './dns-message.ts';
import { askByUdp, type UdpPeer } from './udp.ts';

/** The servers of a service, and the addresses that came along for some of them. */
export interface SrvAnswer {
  /** Empty when there is no such name. */
  readonly records: readonly SrvRecord[];
  readonly addresses: ReadonlyMap<string, readonly string[]>;
}

const UDP_PATIENCE = { resendMs: 700, timeoutMs: 2000 };
const TCP_TIMEOUT_MS = 3000;
const DNS_PORT = 53;
const RCODE = { success: 0, noSuchName: 3 } as const;

/** A client of these servers, which are asked in turn until one answers. */
export class DnsClient {
  readonly #servers: readonly string[];
  readonly #random: () => number;

  /**
   * @param servers `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:53`
   * @param random from 0 to below 1
   */
  constructor(servers: readonly string[], random: () => number) {
    this.#servers = servers;
    this.#random = random;
  }

  /** The servers of a service, such as `_ldap._tcp.example.com`. @throws DirectoryError when nobody answers */
  async srv(name: string): Promise<SrvAnswer> {
    const { srv, addresses } = await this.#ask(name, 'SRV');
    return { records: srv.filter((record) => record.target !== '.'), addresses };
  }

  /** The IPv4 and IPv6 addresses of a host; empty when it has none. @throws DirectoryError when nobody answers */
  async addresses(host: string): Promise<readonly string[]> {
    const answers = await Promise.all([this.#ask(host, 'A'), this.#ask(host, 'AAAA')]);
    return answers.flatMap(({ addresses }) => {
      // The answer to a name that is an alias holds the addresses under another name.
      const own = addresses.get(normalizeFqdn(host));
      return own ?? [...addresses.values()].flat();
    });
  }

  async #ask(name: string, type: DnsType): Promise<DnsAnswer> {
    const id = Math.floor(this.#random() * 0x10000);
    const question = encodeQuestion(id, name, type);
    const reasons: string[] = [];
    for (const server of this.#servers) {
      try {
        const answer = await askServer(peerOf(server), id, question);
        if (answer.rcode === RCODE.success || answer.rcode === RCODE.noSuchName) return answer;
        reasons.push(`${server}: DNS error ${answer.rcode}`);
      } catch (error) {
        reasons.push(`${server}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
      }
    }
    const told = reasons.length === 0 ? 'this machine has no DNS server' : reasons.join(', ');
    const message = `Cannot look up ${name} (${type}): ${told}; give --server HOST, or mend name resolution`;
    throw new DirectoryError('unreachable', message, { operation: 'find a domain controller' });
  }
}

async function askServer(peer: UdpPeer, id: number, question: Uint8Array): Promise<DnsAnswer> {
  const answer = await askByUdp(peer, question, (datagram) => answerTo(id, datagram), UDP_PATIENCE);
  return answer.truncated ? answerTo(id, await askByTcp(peer, question)) : answer;
}

function answerTo(id: number, bytes: Uint8Array): DnsAnswer {
  const answer = decodeAnswer(bytes);
  if (answer.id === id) return answer;
  throw new FormatError('DNS message', `Cannot use the DNS answer: ID ${answer.id} found, ${id} needed`);
}

/** Both messages come behind two bytes with their length. RFC 1035 4.2.2 */
async function askByTcp({ address, port }: UdpPeer, question: Uint8Array): Promise<Uint8Array> {
  const socket = net.connect({ host: address, port });
  const timer = setTimeout(() => socket.destroy(timedOut()), TCP_TIMEOUT_MS);
  try {
    await once(socket, 'connect');
    socket.write(Buffer.concat([Buffer.of(question.length >> 8, question.length), question]));
    let received = Buffer.alloc(0);
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer]);
      if (received.length < 2) continue;
      const end = 2 + received.readUInt16BE(0);
      if (received.length >= end) return received.subarray(2, end);
    }
    throw Object.assign(new Error('closed before an answer'), { code: 'ECONNRESET' });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function peerOf(server: string): UdpPeer {
  if (net.isIP(server) !== 0) return { address: server, port: DNS_PORT };
  const [, bracketed, bare, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(server) ?? [];
  return { address: bracketed ?? bare ?? server, port: port === undefined ? DNS_PORT : Number(port) };
}

function timedOut(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}
