"""add-domain.py DNSNAME NETBIOS: crossRef objects for a domain that another server holds, with its DNS partition."""

import sys

from labdb import connect

samdb = connect()
partitions = "CN=Partitions,%s" % samdb.get_config_basedn()
dns_name, netbios = sys.argv[1:]
domain = ",".join("DC=%s" % label for label in dns_name.split("."))


def add(name, naming_context, dns_root, flags, more):
    record = {"objectClass": "crossRef", "nCName": naming_context, "dnsRoot": dns_root, "systemFlags": flags}
    samdb.add({"dn": "CN=%s,%s" % (name, partitions), **record, **more}, ["relax:0"])


add(netbios, domain, dns_name, "3", {"nETBIOSName": netbios})
add("%s DNS" % netbios, "DC=DomainDnsZones,%s" % domain, "DomainDnsZones.%s" % dns_name, "5", {})
