/**
 * Findings: what is remarkable about a name apart from its verdict. Each has an id that never changes, a severity,
 * one cause and one cure; `dnsacl explain ID` prints them.
 */

/** Ids in the order in which reports list them. */
export const FINDING_IDS = [
  'null-dacl',
  'empty-dacl',
  'open',
  'deny-ace',
  'orphan-ace',
  'recreated-computer',
  'disabled-account',
  'ambiguous-host',
  'weak-match',
  'cluster',
  'shared-name',
  'protected-dacl',
  'non-canonical',
  'no-dhcid',
  'stale',
  'conflict-object',
  'bad-record',
] as const;

export type FindingId = (typeof FINDING_IDS)[number];

/** The catalogue. */
export const FINDINGS: Readonly<Record<FindingId, FindingKind>> = {
  'null-dacl': {
    severity: 'error',
    title: 'The name has no access list at all: everyone may do everything with it',
    cause: 'The DACL is absent or NULL. Active Directory does not store such a list by itself.',
    cure: 'Give the name a DACL again, for instance by restoring the default permissions in the DNS console.',
  },
  'empty-dacl': {
    severity: 'error',
    title: 'The access list is empty: nobody may change the name, not even its host',
    cause: 'Somebody removed every entry and switched inheritance off.',
    cure: 'Grant the expected updaters with dnsacl grant, and switch inheritance on again.',
  },
  open: {
    severity: 'warning',
    title: 'Everybody who can sign in may change the name',
    cause:
      'An entry lets Authenticated Users, Everyone, Domain Users or Domain Computers write. It comes from "Allow any authenticated user to update", from a member of DnsUpdateProxy, or was set by hand.',
    cure: 'Grant the expected updaters, then remove the open entry. "Secure only" does not close it.',
  },
  'deny-ace': {
    severity: 'warning',
    title: 'A deny entry takes the right to update from somebody',
    cause: 'Somebody set it by hand; neither Windows nor dnsacl ever does.',
    cure: 'Find out why it is there and remove it by hand: no grant gets past it.',
  },
  'orphan-ace': {
    severity: 'note',
    title: 'An entry names an account that is gone',
    cause: 'The account was deleted or made anew; its domain answered that there is no such SID.',
    cure: 'It does no harm and can be removed.',
  },
  'recreated-computer': {
    severity: 'warning',
    title: 'The computer of this name is not the one that registered it',
    cause: 'The account was deleted and made anew under the same name: the owner is an account that is gone.',
    cure: 'Grant the present computer account with dnsacl grant.',
  },
  'disabled-account': {
    severity: 'note',
    title: 'The computer account of the host is disabled',
    cause: 'Somebody disabled it; while it is, the host cannot sign in and so cannot update its name.',
    cure: 'Enable the account, or let the name go.',
  },
  'ambiguous-host': {
    severity: 'warning',
    title: 'Several computer accounts claim this host',
    cause: 'The same dNSHostName or service principal name is set on more than one account.',
    cure: 'Correct the accounts, or name the right one in the principal column of grant --csv.',
  },
  'weak-match': {
    severity: 'note',
    title: 'The computer was matched by its account name only',
    cause: 'No account claims this host by dNSHostName or service principal name.',
    cure: 'Check that the account is this host before granting.',
  },
  cluster: {
    severity: 'note',
    title: 'The name belongs to a failover cluster',
    cause:
      'The matched account carries the service principal names of a cluster name or of the cluster itself.',
    cure: 'The cluster name object has to be able to update it too; it is among the expected updaters when it was found.',
  },
  'shared-name': {
    severity: 'note',
    title: 'Several hosts stand behind the name',
    cause:
      'It has several addresses or, in a reverse zone, several targets, and one access list for all of them.',
    cure: 'Every one of the hosts needs the right to update it.',
  },
  'protected-dacl': {
    severity: 'note',
    title: 'The access list does not inherit from the zone',
    cause: 'Inheritance was switched off on the name.',
    cure: 'Entries set on the zone do not reach it; grant on the name itself.',
  },
  'non-canonical': {
    severity: 'note',
    title: 'The access list is not in the usual order',
    cause: 'Something wrote it in another order; servers obey the order as it is stored.',
    cure: 'Look at what it grants with dnsacl why before changing it: tools that sort it change its meaning.',
  },
  'no-dhcid': {
    severity: 'note',
    title: 'A name that DHCP registers has no DHCID record',
    cause: 'Name protection was off when it was registered.',
    cure: 'Nothing, unless name protection is to be switched on: DHCP will not take over a name without its DHCID.',
  },
  stale: {
    severity: 'note',
    title: 'The name was not refreshed for longer than no-refresh and refresh together',
    cause: 'Its host is gone, or cannot update it.',
    cure: 'Scavenging will take it when it runs. Find out whether the host still exists first.',
  },
  'conflict-object': {
    severity: 'warning',
    title: 'The object lost a replication conflict',
    cause:
      'The same name was created on two domain controllers at once; no DNS server answers with this object.',
    cure: 'Delete the object once its records are known to be in the other one.',
  },
  'bad-record': {
    severity: 'warning',
    title: 'A record of the name cannot be read',
    cause: 'Its bytes are not what [MS-DNSP] 2.3.2.2 demands.',
    cure: 'Look at it in the DNS console, and register it anew.',
  },
};

export interface FindingKind {
  readonly severity: 'error' | 'warning' | 'note';
  readonly title: string;
  readonly cause: string;
  readonly cure: string;
}

/** One finding on one name; `message` says what it is here. */
export interface Finding {
  readonly id: FindingId;
  readonly severity: FindingKind['severity'];
  readonly message: string;
  readonly cure: string;
}

/** The findings that say no more than their titles: the same one for every name. */
const plain = new Map<FindingId, Finding>();

/** A finding of this kind; without a message of its own it carries the title. */
export function finding(id: FindingId, message: string | null = null): Finding {
  if (message !== null) return { id, severity: FINDINGS[id].severity, message, cure: FINDINGS[id].cure };
  let found = plain.get(id);
  if (found === undefined) {
    const { severity, title, cure } = FINDINGS[id];
    found = { id, severity, message: title, cure };
    plain.set(id, found);
  }
  return found;
}
