/** `dnsacl help csv`. */

export const CSV_HELP: string = `CSV, in and out.

Out: -f csv, or -o FILE.csv. One line for each name, the ids of the columns as its head, the same in every language.
UTF-8, commas, CRLF. Text that a spreadsheet would take for a formula (it begins with = + - @) gets an apostrophe in
front; characters that cannot be seen are written out, such as \\u202e.

  --columns name,owner    these columns, in this order; --columns alone lists what there is
  --csv-separator WHICH   comma, semicolon (what Excel wants where the decimal sign is a comma) or tab
  --csv-bom               a byte order mark, without which Excel takes UTF-8 for the local code page

  For Excel in Germany:   dnsacl audit -z corp.example.com -o audit.csv --csv-separator semicolon --csv-bom

In: --csv FILE says which names owners, audit, grant and revoke are about. A header row in any order; case, spaces and
underscores do not matter:

  name       also fqdn, host, hostname, record, recordname, dn; the only column that is needed
  zone       when the names are not fully qualified
  principal  also account, computer, identity, trustee, user: a SID, DOMAIN\\name, user principal name, sAMAccountName,
             DN, @computer or @dhcp; without it those who are expected to update the name
  rights     full or update
  approve    when it is there, only rows with yes, true, 1 or x count

Comma, semicolon or tab; UTF-8 or UTF-16, with or without a byte order mark. Nothing is planned when a row is bad, unless
--skip-bad-rows. What audit writes can be fed back: export, add a column approve, tick, grant --csv.
`;
