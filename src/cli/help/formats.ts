/** `dnsacl help formats`. */

export const FORMATS_HELP: string = `Formats: -f FORMAT, or the ending of -o FILE (.txt .csv .json .ndjson .md .html .sddl .ldif .cmd .ps1).

  table       for people; fits the terminal, cuts what is too wide with …; nothing is cut in a file or a pipe
  csv         for spreadsheets, see dnsacl help csv; why and secure have none
  json        one document: schemaVersion 1, command, generatedAt, server, zones, problems, and the answer
  ndjson      one value in each line, as it is read: memory does not grow with the zone; for jq and SIEM import
  markdown    for tickets: doctor, zones, owners, audit, readiness, watch, stale, diff, config check; plans by grant, revoke
              and show; journals and snapshots by show
  html        for reviewers, one file that loads nothing: owners, audit; plans by grant, revoke and show; journals by show
  sddl, ldif, dsacls, powershell
              plans for other programs (dnsacl show PLAN -f ...); those neither notice that a name changed since the plan
              was made nor keep a journal

  --columns name,owner    which columns of a table, CSV or Markdown; alone: lists them
  --sort -lastSeen,name   by these columns, - before one for descending; --limit takes the first of them then
  --group-by owner,class  only how many names have the same in these columns
  --summary               only the counts (owners, audit)
  --no-color, NO_COLOR    no colour; it never says more than the words do

The answer goes to stdout, everything else to stderr. -q leaves only the answer, errors and what could not be read,
-v tells every problem with its full DN and what was asked of the directory. The JSON Schemas of all answers are in the
folder schemas of the package. Names in DNS are written by strangers: no format lets their control characters, escape
sequences, markup or formulas through.
`;
