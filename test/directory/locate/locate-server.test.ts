/** Which of a domain's servers come, and in which order, for servers that answer or not as each test says. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SrvAnswer } from '../../../src/directory/locate/dns-client.ts';
import {
  type LocatedServer,
  type LocateOptions,
  locateServers,
} from '../../../src/directory/locate/locate-server.ts';
import { NETLOGON_FLAGS, type NetlogonAnswer } from '../../../src/directory/locate/netlogon-answer.ts';
import { DirectoryError, UsageError } from '../../../src/errors.ts';

const DOMAIN = 'corp.example.com';
const ALL = `_ldap._tcp.dc._msdcs.${DOMAIN}`;

function answer(site: string, clientSite: string | null = site): NetlogonAnswer {
  const flags = NETLOGON_FLAGS.writable | (site === clientSite ? NETLOGON_FLAGS.closest : 0);
  const [host, netbiosDomain] = [`dc.${DOMAIN}`, 'CORP'];
  return { flags, forest: DOMAIN, domain: DOMAIN, host, netbiosDomain, site, clientSite };
}

function silent(): DirectoryError {
  return new DirectoryError('unreachable', 'no answer', { operation: 'find a domain controller' });
}

/** What a server does when it is pinged; one that is not listed is silent. */
type Behaviour = () => Promise<NetlogonAnswer | null>;

interface World {
  /** Hosts by SRV name; `20 dc9` has the priority 20. All are within the domain unless they have a dot. */
  readonly srv: Readonly<Record<string, readonly string[]>>;
  readonly servers?: Readonly<Record<string, Behaviour>>;
  readonly unresolved?: readonly string[];
  readonly avoid?: readonly string[];
}

interface Finding {
  readonly found: readonly string[];
  readonly skipped: readonly string[];
  readonly pinged: readonly string[];
}

function hostOf(name: string): string {
  return name.includes('.') ? name : `${name}.${DOMAIN}`;
}

function srvAnswer(hosts: readonly string[] | undefined): SrvAnswer {
  const records = (hosts ?? []).map((text) => {
    const [, priority = '0', name = ''] = /^(?:(\d+) )?(.+)$/.exec(text) ?? [];
    return { priority: Number(priority), weight: 100, target: hostOf(name) };
  });
  return { records, addresses: new Map() };
}

/** Takes so many servers, or all there are. */
async function locate(world: World, most = 100): Promise<Finding> {
  const [skipped, pinged, found]: [string[], string[], string[]] = [[], [], []];
  const short = (host: string): string => host.replace(`.${DOMAIN}`, '');
  const options: LocateOptions = {
    domain: DOMAIN,
    dns: {
      srv: async (name) => srvAnswer(world.srv[name]),
      addresses: async (host) => (world.unresolved?.includes(short(host)) ? [] : ['192.0.2.1']),
    },
    ping: async ({ host }) => {
      pinged.push(short(host));
      const behaviour = world.servers?.[short(host)];
      if (behaviour === undefined) throw silent();
      return behaviour();
    },
    random: () => 0,
    avoid: new Set((world.avoid ?? []).map(hostOf)),
    onSkip: (host) => skipped.push(short(host)),
  };
  const servers: AsyncGenerator<LocatedServer, void> = locateServers(options);
  for await (const { host } of servers) {
    found.push(short(host));
    if (found.length === most) break;
  }
  return { found, skipped, pinged };
}

const near: Behaviour = async () => answer('Berlin');
const far: Behaviour = async () => answer('Paris', 'Berlin');
const late =
  (behaviour: Behaviour, ms = 30): Behaviour =>
  () =>
    sleep(ms).then(behaviour);

test('the first that answers comes first, and no more are asked than needed', async () => {
  const srv = { [ALL]: ['a', 'b', 'c', 'd', 'e'] };
  const servers = { a: late(near), b: near, c: late(near), d: near, e: near };
  const { found, pinged } = await locate({ srv, servers }, 1);
  assert.deepEqual([found, pinged], [['b'], ['a', 'b', 'c']]);
});

test('a lower priority is asked only when nobody of a higher one is left', async () => {
  const srv = { [ALL]: ['10 backup', 'a', 'b'] };
  const servers = { backup: near, b: late(near) };
  assert.deepEqual(await locate({ srv, servers }), {
    found: ['b', 'backup'],
    skipped: ['a'],
    pinged: ['a', 'b', 'backup'],
  });
});

test("the servers of the client's site come before the one that told the site", async () => {
  const site = `_ldap._tcp.Berlin._sites.dc._msdcs.${DOMAIN}`;
  const srv = { [ALL]: ['far', 'near', 'slow', 'other'], [site]: ['slow', 'dead', 'near'] };
  const servers = { far, near: late(near), slow: late(near, 60), other: far };
  const { found, skipped } = await locate({ srv, servers });
  assert.deepEqual([found, skipped], [['near', 'slow', 'far', 'other'], ['dead']]);
});

test('without a server in the site, or without a site, the first answer stands', async () => {
  const srv = { [ALL]: ['far', 'b'] };
  assert.deepEqual((await locate({ srv, servers: { far, b: late(far) } })).found, ['far', 'b']);
  const nowhere: Behaviour = async () => answer('Paris', null);
  assert.deepEqual((await locate({ srv, servers: { far: nowhere } })).found, ['far']);
  assert.deepEqual((await locate({ srv, servers: { far: async () => null } })).found, ['far']);
});

test('names outside of the domain are not believed, nor asked', async () => {
  const srv = { [ALL]: ['dc.attacker.example', `dc.evil${DOMAIN}`, 'a'] };
  const { found, skipped, pinged } = await locate({ srv, servers: { a: near } });
  assert.deepEqual([found, pinged], [['a'], ['a']]);
  assert.deepEqual([...skipped].sort(), ['dc.attacker.example', `dc.evil${DOMAIN}`]);
});

test('a name without address is skipped, one to be avoided is not asked', async () => {
  const world = { srv: { [ALL]: ['a', 'b', 'c'] }, servers: { a: near, b: near, c: near } };
  const { found, skipped, pinged } = await locate({ ...world, unresolved: ['a'], avoid: ['b'] });
  assert.deepEqual([found, skipped, pinged], [['c'], ['a'], ['c']]);
});

test('when nobody answers, nobody comes; when DNS knows nobody, that is said', async () => {
  assert.deepEqual((await locate({ srv: { [ALL]: ['a', 'b'] } })).skipped, ['a', 'b']);
  await assert.rejects(
    locate({ srv: {} }),
    /DNS has no record _ldap\._tcp\.dc\._msdcs\.corp\.example\.com; /,
  );
});

test('what is the fault of the options and not of a server ends the search', async () => {
  const bad: Behaviour = () => Promise.reject(new UsageError('Cannot read the CA file', '--ca'));
  await assert.rejects(locate({ srv: { [ALL]: ['a', 'b'] }, servers: { a: bad, b: bad } }), UsageError);
});
