"""nodes.py: prints {"ZONE/NAME": {"records": [HEX], "tombstoned": BOOL, "descriptor": HEX}} of the zones on stdin.

It reads as the system, so that no descriptor hides a name.
"""

import json
import sys

import ldb

from labdb import connect


def zone_dn(samdb, zone):
    return ldb.Dn(samdb, "DC=%s,CN=MicrosoftDNS,DC=DomainDnsZones,%s" % (zone, samdb.domain_dn()))


def node_dn(samdb, zone, name):
    dn = zone_dn(samdb, zone)
    dn.add_child("DC=%s" % name)
    return dn


def read_zone(samdb, zone):
    attributes = ["name", "dnsRecord", "dNSTombstoned", "nTSecurityDescriptor"]
    controls = ["sd_flags:1:7"]
    for entry in samdb.search(zone_dn(samdb, zone), ldb.SCOPE_ONELEVEL, attrs=attributes, controls=controls):
        yield "%s/%s" % (zone, entry["name"]), {
            "records": sorted(value.hex() for value in entry.get("dnsRecord", [])),
            "tombstoned": str(entry.get("dNSTombstoned", idx=0)) == "TRUE",
            "descriptor": entry["nTSecurityDescriptor"][0].hex(),
        }


def main():
    samdb = connect()
    nodes = {}
    for zone in json.load(sys.stdin):
        nodes.update(read_zone(samdb, zone))
    json.dump(nodes, sys.stdout)


if __name__ == "__main__":
    main()
