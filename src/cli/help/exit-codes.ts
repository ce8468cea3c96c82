/** `dnsacl help exit-codes`. */

export const EXIT_CODES_HELP: string = `Exit codes, the same for every command:

    0  done, or nothing to do
    1  failed
    2  findings or pending changes (with --exit-code), or no-go (readiness, always)
    3  partly applied: the journal says which names were not
    4  sign-in refused, or a right is missing
    5  refused by a guard, or the name of the zone was typed wrong
    6  plan, journal or snapshot is stale, or was edited
    7  directory unreachable
   64  usage, or a bad input file
  130  interrupted; the journal is complete

A script that goes on after a no-go looks like this:

  dnsacl readiness -z corp.example.com -q -f json -o readiness.json; code=$?
  if [ "$code" -eq 2 ]; then echo "not yet"; elif [ "$code" -ne 0 ]; then exit "$code"; fi
`;
