/** `dnsacl help configuration`. */

export const CONFIGURATION_HELP: string = `Configuration: dnsacl.config.json, found in the working folder or one above it, or named with --config FILE; then
the environment; then the command line. What comes later wins, a list as a whole.

  setting                 environment            holds
  server                  DNSACL_SERVER          domain controller, as --server
  domain                  DNSACL_DOMAIN          FQDN of the domain, as --domain
  dhcpAccounts            DNSACL_DHCP_ACCOUNTS   accounts that DHCP servers register names with; by comma
  dhcpServers             DNSACL_DHCP_SERVERS    DHCP servers that the directory does not list; by comma
  extraUpdaters                                  principals that should be able to update the names that match:
                                                 [{"names": ["app*"], "principal": "CORP\\\\svc", "reason": "..."}]
  protect                 DNSACL_PROTECT         globs of names that are not changed; by comma
  thresholds.maxBlocked   DNSACL_MAX_BLOCKED     "10" names or "1.5%", as --max-blocked
  thresholds.maxChange    DNSACL_MAX_CHANGE      likewise, as --max-change
  readOnly                DNSACL_READ_ONLY       true refuses what would change the directory, as --read-only
  leases                  DNSACL_LEASES          lease lists, as --leases; by comma

  DNSACL_PASSWORD         the password of --user; the file never holds one, and no option takes one
  DNSACL_NO_CACHE         1: no run notes names and sizes of zones, for completion and progress
  NO_COLOR                no colour

dnsacl config check says what is set, where it comes from and what is wrong. dnsacl config schema prints the JSON Schema:
an editor that knows it completes and checks the file, with
  {"$schema": "./node_modules/dnsacl/schemas/config.schema.json"}
`;
