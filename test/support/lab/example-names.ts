/**
 * The names of the example estate: about 350 in a forward and a reverse zone, with every owner class, verdict and
 * finding of a company whose zones have been "Nonsecure and secure" for years.
 */

import {
  accountOf,
  CLUSTERS,
  clientName,
  DOMAIN,
  LINUX_SERVERS,
  RECREATED,
  SERVERS,
} from './example-accounts.ts';
import {
  allow,
  type ExampleName,
  FULL,
  laid,
  NameList,
  NONSECURE,
  type Origin,
  REVERSE,
  sid,
  signed,
} from './name-list.ts';

const DNS_RECORD = 'e0fa1e69-9b45-11d0-afdd-00c04fd930c9';
const DNS_TOMBSTONED = 'd5eb2eb7-be4e-463b-a214-634a44d7392e';
/** An account of a domain that nobody here knows. */
const STRANGER = 'S-1-5-21-1111111111-2222222222-3333333333-1602';

/** All names, in a fixed order; ages count back from `nowHours` (hours since 1601). */
export function exampleNames(nowHours: number): ExampleName[] {
  const list = new NameList(nowHours);
  addClients(list);
  addServers(list);
  addClusters(list);
  addDevices(list);
  addStaticNames(list);
  addOddities(list);
  return list.names;
}

/** How clients `from` to `to` were registered: forward, and reverse when it differs. */
interface ClientGroup {
  readonly from: number;
  readonly to: number;
  readonly forward: (account: string) => Origin;
  readonly reverse: ((account: string) => Origin) | null;
}

const CLIENT_GROUPS: readonly ClientGroup[] = [
  { from: 1, to: 40, forward: () => NONSECURE, reverse: () => NONSECURE },
  // Repaired already: 41 to 44 for both updaters, 45 to 48 for the computer only.
  {
    from: 41,
    to: 44,
    forward: (pc) => laid('SY', allow(sid(pc)) + allow(sid('dhcp_update'))),
    reverse: () => NONSECURE,
  },
  { from: 45, to: 48, forward: (pc) => laid('SY', allow(sid(pc))), reverse: () => NONSECURE },
  { from: 49, to: 60, forward: signed, reverse: () => signed('dhcp_update') },
  { from: 61, to: 70, forward: signed, reverse: signed },
  { from: 71, to: 80, forward: () => signed('dhcp_update'), reverse: () => signed('dhcp_update') },
  { from: 81, to: 86, forward: () => signed('DHCP1$'), reverse: () => signed('DHCP1$') },
  // DHCP through DnsUpdateProxy: every authenticated account may write.
  {
    from: 87,
    to: 91,
    forward: () => laid(sid('DHCP-OLD$'), allow('AU')),
    reverse: () => laid(sid('DHCP-OLD$'), allow('AU')),
  },
  // Names taken over from another computer.
  { from: 92, to: 95, forward: () => signed('PC0005$'), reverse: null },
  { from: 96, to: 101, forward: (pc) => laid(sid(`old:${pc}`)), reverse: (pc) => laid(sid(`old:${pc}`)) },
  { from: 102, to: 103, forward: () => laid(STRANGER), reverse: () => laid(STRANGER) },
  // A DHCP service on a domain controller, without credentials.
  { from: 104, to: 106, forward: () => laid(sid('DC1$')), reverse: () => laid(sid('DC1$')) },
  { from: 107, to: 110, forward: () => NONSECURE, reverse: () => NONSECURE },
  { from: 111, to: 114, forward: (pc) => laid(sid(`old:${pc}`)), reverse: () => NONSECURE },
];

function addClients(list: NameList): void {
  for (const group of CLIENT_GROUPS) {
    for (let number = group.from; number <= group.to; number++) {
      const host = clientName(number);
      const account = accountOf(host);
      const byDhcp = number >= 71 && number <= 91;
      const address = number <= 70 ? `10.0.1.${number}` : `10.0.2.${number}`;
      const dhcid = number >= 71 && number <= 76 ? [list.dhcid(number)] : [];
      list.forward(host, group.forward(account), [list.dynamic('A', address, byDhcp ? 900 : 1200), ...dhcid]);
      if (group.reverse !== null) list.reverse(address, `${host}.${DOMAIN}`, group.reverse(account));
    }
  }
  const dormant = [
    NONSECURE,
    laid(sid('PC0116$')),
    laid(sid(`old:${accountOf(clientName(RECREATED[0] ?? 0))}`)),
    laid(sid('dhcp_update')),
  ];
  dormant.forEach((origin, index) => {
    list.dormant(DOMAIN, clientName(115 + index), origin, 24 * (index + 2));
    list.dormant(REVERSE, `${115 + index}.2`, origin, 24 * (index + 2));
  });
  for (const number of [119, 120]) {
    const records = [list.dynamic('A', `10.0.2.${number}`, 1200, 24 * 61)];
    list.forward(clientName(number), NONSECURE, records);
  }
}

function addServers(list: NameList): void {
  SERVERS.forEach((host, index) => {
    const address = `10.0.10.${index + 50}`;
    const origin = index % 3 === 0 ? NONSECURE : signed(accountOf(host));
    const second = index % 2 === 0 ? [list.dynamic('AAAA', `2001:db8::10:${index + 50}`, 1200)] : [];
    list.forward(host, origin, [list.dynamic('A', address, 1200), ...second]);
    list.reverse(address, `${host}.${DOMAIN}`, index % 3 === 0 ? NONSECURE : signed(accountOf(host)));
  });
  LINUX_SERVERS.forEach((host, index) => {
    const address = `10.0.11.${index + 1}`;
    const origin = index < 3 ? signed(accountOf(host)) : NONSECURE;
    list.forward(host, origin, [list.dynamic('A', address, 3600)]);
    if (index % 2 === 0) list.reverse(address, `${host}.${DOMAIN}`, signed('dhcp_update'));
  });
}

function addClusters(list: NameList): void {
  let last = 1;
  for (const [cluster, virtualNames] of CLUSTERS) {
    const forSql = cluster === 'cl-sql';
    for (const name of [cluster, ...virtualNames]) {
      const address = `10.0.12.${last++}`;
      // Windows' cluster service signs as the cluster; an administrator made the file server's name beforehand.
      const beforehand = name === cluster ? NONSECURE : laid('DA');
      list.forward(name, forSql ? laid(sid(accountOf(cluster))) : beforehand, [
        list.dynamic('A', address, 1200),
      ]);
      list.reverse(address, `${name}.${DOMAIN}`, NONSECURE);
    }
  }
}

function addDevices(list: NameList): void {
  const kinds = [
    ['phone', 14],
    ['cam', 8],
    ['printer', 8],
    ['door', 4],
  ] as const;
  let last = 1;
  for (const [kind, count] of kinds) {
    for (let number = 1; number <= count; number++) {
      const name = `${kind}${String(number).padStart(2, '0')}`;
      const address = `10.0.20.${last++}`;
      list.forward(name, NONSECURE, [list.dynamic('A', address, 900)]);
      if (number % 2 === 0) list.reverse(address, `${name}.${DOMAIN}`, NONSECURE);
    }
  }
  for (const number of [1, 2, 3]) {
    list.forward(`printer${number}.floor2`, NONSECURE, [list.dynamic('A', `10.0.21.${number}`, 900)]);
  }
}

function addStaticNames(list: NameList): void {
  const byAdministrator = laid('DA');
  for (const [name, address] of [
    ['www', '10.0.10.70'],
    ['intranet', '10.0.10.67'],
    ['vpn', '10.0.30.1'],
    ['ntp', '10.0.30.2'],
    ['wpad', '10.0.30.3'],
    ['*.apps', '10.0.30.4'],
    ['*', '10.0.30.5'],
    ['router1.branch', '10.0.30.6'],
    ['router2.branch', '10.0.30.7'],
  ] as const) {
    list.forward(name, byAdministrator, [list.fixed('A', address)]);
  }
  list.forward('mail', byAdministrator, [
    list.fixed('A', '10.0.10.73'),
    list.fixed('MX', `10 mail.${DOMAIN}`),
  ]);
  list.forward('ftp', byAdministrator, [list.fixed('CNAME', `www.${DOMAIN}`)]);
  list.forward('portal', byAdministrator, [list.fixed('CNAME', `srv-web01.${DOMAIN}`)]);
  list.forward('info', byAdministrator, [list.fixed('TXT', 'v=spf1 mx -all')]);
  list.forward('_sip._tcp', byAdministrator, [list.fixed('SRV', `0 100 5060 srv-app01.${DOMAIN}`)]);
  list.forward('helpdesk', laid(sid('helpdesk1')), [list.fixed('A', '10.0.30.8')]);
  list.forward('wiki', laid(sid('helpdesk1')), [list.fixed('CNAME', `srv-web02.${DOMAIN}`)]);
  list.forward('kiosk1', laid('DA', allow('AU')), [list.fixed('A', '10.0.30.9')]);
  list.forward('dns-ops', laid(sid('adm-dns1')), [list.fixed('A', '10.0.30.10')]);
  list.reverse('10.0.30.1', `vpn.${DOMAIN}`, byAdministrator, 'static');
  list.reverse('10.0.30.2', `ntp.${DOMAIN}`, byAdministrator, 'static');
}

/** One name, or two, for each thing that is rare in one company but met in every second one. */
function addOddities(list: NameList): void {
  const next = (() => {
    let last = 1;
    return () => list.dynamic('A', `10.0.40.${last++}`, 1200);
  })();
  const one = (name: string, origin: Origin): void => list.forward(name, origin, [next()]);
  const minimal = [DNS_RECORD, DNS_TOMBSTONED]
    .map((guid) => `(OA;;RPWP;${guid};;${sid('SRV-APP01$')})`)
    .join('');

  one('svc-deploy', laid(sid('svc-deploy')));
  one('gmsa-web', laid(sid('gmsa-web$')));
  one('_vlmcs._tcp', laid(sid('SRV-KMS01$')));
  one('open-everyone', laid('SY', '(A;;LCRPWPLORC;;;WD)'));
  one('open-computers', laid('SY', '(A;;RPWP;;;DC)'));
  one('open-users', laid('SY', `(OA;;WP;${DNS_RECORD};;DU)`));
  one('open-by-group', laid('SY', allow(sid('Site Services'))));
  one('minimal-grant', laid('SY', minimal));
  one('group-grant', laid('SY', allow(sid('Record Updaters'))));
  one('owner-rights', laid(sid('SRV-APP02$'), '(A;;RC;;;OW)'));
  one('orphan-ace1', laid('SY', allow(sid('old:PC0096$'))));
  one('orphan-ace2', laid(sid('dhcp_update'), allow(sid('old:PC0111$')) + allow(sid('old:PC0112$'))));
  one('protected1', laid('SY', '', 'PAI'));
  one('protected2', laid(sid('SRV-APP03$'), '', 'PAI'));
  one('empty-dacl', { kind: 'laid', sddl: 'O:DAG:DAD:P' });
  one('unreadable1', { kind: 'laid', sddl: `O:SYG:SYD:PAI(A;;${FULL};;;SY)(A;;LCRPLO;;;WD)` });
  one('unreadable2', { kind: 'laid', sddl: `O:SYG:SYD:PAI(A;;${FULL};;;SY)(A;;LCRPLO;;;WD)` });
  for (const [name, denied] of [
    ['srv-deny01', sid('dhcp_update')],
    ['srv-deny02', 'DC'],
  ] as const) {
    const rest = `(A;;LCRPLORC;;;WD)${allow('ED')}${allow('SY')}${allow('DA')}${allow(sid('SRV-APP04$'))}`;
    one(name, { kind: 'laid', sddl: `O:SYG:SYD:AI(D;;WP;;;${denied})${rest}` });
  }
  one('unsorted', laid('SY', `${allow(sid('SRV-APP05$'))}(D;;WP;;;${sid('helpdesk1')})`));

  list.forward('web-farm', NONSECURE, [
    list.dynamic('A', '10.0.10.66', 1200),
    list.dynamic('A', '10.0.10.67', 1200),
  ]);
  list.forward('mixed1', NONSECURE, [list.fixed('A', '10.0.41.1'), list.dynamic('A', '10.0.41.2', 1200)]);
  list.forward('isatap', signed('PC0049$'), [list.dynamic('A', '10.0.1.49', 1200)]);
  list.forward('pc0003\nCNF:6f1d2c3b-0d5e-4a77-9c10-3a2b1c0d9e8f', laid('SY'), [next()]);
  list.forward('srv-app06\nCNF:0b7a9d51-3c44-4e0b-8a3f-5d6e7f801122', laid(sid('SRV-APP06$')), [next()]);
}
