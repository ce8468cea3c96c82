"""fill.py: fills the bench's directory from the JSON on stdin, the domain controller stopped.

{"computers": N, "zones": [{"name", "names", "owners": "mixed" | "system", "properties": [BASE64]}], "nowHours": N}

Every descriptor gets 6 explicit ACEs; the directory adds the 23 that are inherited. One transaction in batch mode:
without it each add takes longer than the last. Prints {"names": N, "descriptors": N}.
"""

import base64
import json
import struct
import sys

import ldb
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack

from labdb import connect

FULL = "CCDCLCSWRPWPDTLOCRSDRCWDWO"
RELAX = "relax:0"
# Names begin with many letters, so that a partition by first letters divides them.
SITES = (
    "ams ber chi del edi fra gva hel ist jnb kul lis mad nyc osl par "
    "qro rom sfo tyo ulm vie waw xia yul zrh"
).split()
OPERATORS = "dns_operators"
DHCP_ACCOUNT = "dhcp_update"
DHCP_SERVERS = ("DHCP1", "DHCP2")
# By twentieths: 55 % SYSTEM, 15 % own computer, 15 % DHCP account, 5 % DHCP server, 5 % static, 5 % orphaned.
OWNERS = ["system"] * 11 + ["computer"] * 3 + ["dhcp-account"] * 3 + ["dhcp-server", "static", "orphan"]
# RIDs that no account of this domain will ever get.
FIRST_ORPHAN_RID = 900_000_000
A, AAAA, TOMBSTONE = 1, 28, 0


class Filler:
    def __init__(self, samdb, now_hours):
        self.samdb = samdb
        self.base = samdb.domain_dn()
        self.realm = self.base.replace("DC=", "").replace(",", ".").lower()
        self.domain_sid = security.dom_sid(samdb.get_domain_sid())
        self.now_hours = now_hours
        self.sids = {}
        self.packed = {}

    def add_accounts(self, computers):
        self.add_account("CN=%s,CN=Users,%s" % (OPERATORS, self.base), "group", OPERATORS)
        self.add_account("CN=%s,CN=Users,%s" % (DHCP_ACCOUNT, self.base), "user", DHCP_ACCOUNT)
        services = "CN=NetServices,CN=Services,%s" % self.samdb.get_config_basedn()
        for number, server in enumerate(DHCP_SERVERS):
            self.add_computer(server)
            host = "%s.%s" % (server.lower(), self.realm)
            self.samdb.add({
                "dn": "CN=%s,%s" % (host, services),
                "objectClass": "dHCPClass",
                "dhcpUniqueKey": "0",
                "dhcpType": "1",
                "dhcpFlags": "0",
                "dhcpIdentification": "DHCP Server Object",
                "dhcpServers": "i10.0.0.%d$rcn=%s$f0x00000000$s%s$" % (number + 2, host, host),
            })
        number = 0
        while computers > 0:
            if has_computer(number):
                self.add_computer(host_of(number).upper())
                computers -= 1
            number += 1

    def add_computer(self, name):
        host = "%s.%s" % (name.lower(), self.realm)
        self.add_account("CN=%s,CN=Computers,%s" % (name, self.base), "computer", name + "$", {
            "userAccountControl": "4096",
            "dNSHostName": host,
            "operatingSystem": "Windows 11 Enterprise",
            "servicePrincipalName": ["%s/%s" % (kind, of) for kind in ("HOST", "RestrictedKrbHost") for of in (name, host)],
        })

    def add_account(self, dn, object_class, name, more=None):
        self.samdb.add({"dn": dn, "objectClass": object_class, "sAMAccountName": name, **(more or {})}, [RELAX])
        found = self.samdb.search(dn, ldb.SCOPE_BASE, attrs=["objectSid"])
        self.sids[name] = str(ndr_unpack(security.dom_sid, found[0]["objectSid"][0]))

    def add_zone(self, zone):
        dn = "DC=%s,CN=MicrosoftDNS,DC=DomainDnsZones,%s" % (zone["name"], self.base)
        try:
            self.samdb.search(dn, ldb.SCOPE_BASE, attrs=["objectClass"])
        except ldb.LdbError as error:
            if error.args[0] != ldb.ERR_NO_SUCH_OBJECT:
                raise
            properties = [base64.b64decode(value) for value in zone["properties"]]
            self.samdb.add({"dn": dn, "objectClass": "dnsZone", "dNSProperty": properties}, [RELAX])
        for number in range(zone["names"]):
            owner = "system" if zone["owners"] == "system" else OWNERS[number % 20]
            tombstoned = zone["owners"] == "mixed" and (number // 20) % 50 == 0
            self.add_name(dn, number, owner, tombstoned)

    def add_name(self, zone_dn, number, owner, tombstoned):
        content = {"dnsRecord": self.records(number, owner == "static", tombstoned)}
        if tombstoned:
            content["dNSTombstoned"] = "TRUE"
        self.samdb.add({
            "dn": "DC=%s,%s" % (host_of(number), zone_dn),
            "objectClass": "dnsNode",
            "nTSecurityDescriptor": self.descriptor(*self.owner_and_group(owner, number)),
            **content,
        }, [RELAX])

    def records(self, number, static, tombstoned):
        if tombstoned:
            entombed = (self.now_hours - 24) * 36_000_000_000
            return [record(TOMBSTONE, struct.pack("<Q", entombed), 0, 0)]
        hours = 0 if static else self.now_hours - number % (12 * 24)
        address = bytes([10, number >> 16 & 255, number >> 8 & 255, number & 255])
        values = [record(A, address, 1200, hours)]
        if (number // 20) % 50 in (1, 2, 3):
            values.append(record(AAAA, bytes.fromhex("20010db8") + bytes(8) + address, 1200, hours))
        return values

    def owner_and_group(self, owner, number):
        if owner == "system":
            return "SY", "SY"
        if owner == "static":
            return "DA", "DA"
        if owner == "dhcp-account":
            return self.sids[DHCP_ACCOUNT], "DU"
        if owner == "dhcp-server":
            return self.sids[DHCP_SERVERS[number // 20 % len(DHCP_SERVERS)] + "$"], "DC"
        if owner == "orphan":
            return "%s-%d" % (self.domain_sid, FIRST_ORPHAN_RID + number), "DC"
        return self.sids[host_of(number).upper() + "$"], "DC"

    def descriptor(self, owner, group):
        if owner not in self.packed:
            aces = "(A;;LCRPLORC;;;WD)" + "".join(
                "(A;;%s;;;%s)" % (FULL, trustee) for trustee in ("ED", "SY", "DA", owner, self.sids[OPERATORS])
            )
            sddl = "O:%sG:%sD:AI%s" % (owner, group, aces)
            self.packed[owner] = ndr_pack(security.descriptor.from_sddl(sddl, self.domain_sid))
        return self.packed[owner]


def has_computer(number):
    """One name in five: those that own themselves, and one of the SYSTEM-owned ones."""
    return number % 20 == 0 or OWNERS[number % 20] == "computer"


def host_of(number):
    return "%s-pc%06d" % (SITES[number % len(SITES)], number)


def record(record_type, data, ttl_seconds, timestamp_hours):
    rank = 0 if record_type == TOMBSTONE else 0xF0
    head = struct.pack("<HHBBHI", len(data), record_type, 5, rank, 0, 110)
    return head + struct.pack(">I", ttl_seconds) + struct.pack("<II", 0, timestamp_hours) + data


def main():
    task = json.load(sys.stdin)
    samdb = connect(batch=True)
    filler = Filler(samdb, task["nowHours"])
    samdb.transaction_start()
    try:
        filler.add_accounts(task["computers"])
        for zone in task["zones"]:
            filler.add_zone(zone)
    except BaseException:
        samdb.transaction_cancel()
        raise
    samdb.transaction_commit()
    names = sum(zone["names"] for zone in task["zones"])
    json.dump({"names": names, "descriptors": len(filler.packed)}, sys.stdout)


main()
