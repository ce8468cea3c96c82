"""estate.py: lays the estate described by JSON on stdin (estate.ts has its shape) into the lab's directory.

One transaction; prints {"sids": {KEY: SID}, "newZones": N}.
"""

import base64
import json
import re
import sys

import ldb
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack

from labdb import connect

ACCOUNT_CLASS = {
    "computer": "computer",
    "user": "user",
    "gmsa": "msDS-GroupManagedServiceAccount",
}
ENABLED = {"computer": 0x1000, "user": 0x200, "gmsa": 0x1000}
DISABLED = 0x2
GROUP_TYPE = {"global": -2147483646, "domain-local": -2147483644, "universal": -2147483640, "distribution": 2}
ZONES = {
    "domain": "CN=MicrosoftDNS,DC=DomainDnsZones",
    "forest": "CN=MicrosoftDNS,DC=ForestDnsZones",
    "legacy": "CN=MicrosoftDNS,CN=System",
}
# Lets the system set what clients may not: msDS-AdditionalDnsHostName, mS-DS-CreatorSID.
RELAX = "relax:0"
# Lets foreign security principals stand for SIDs such as S-1-1-0, as Windows does.
PROVISION = "provision:0"


class Estate:
    def __init__(self, samdb):
        self.samdb = samdb
        self.base = samdb.domain_dn()
        self.domain_sid = security.dom_sid(samdb.get_domain_sid())
        self.sids = {}
        self.dns = {}
        self.new_zones = 0

    def lay(self, estate):
        self.sids.update(estate.get("knownSids", {}))
        for unit in estate.get("organizationalUnits", []):
            self.samdb.add({"dn": "%s,%s" % (unit, self.base), "objectClass": "organizationalUnit"})
        for account in estate.get("accounts", []):
            self.lay_account(account)
        for group in estate.get("groups", []):
            self.lay_group(group)
        for server in estate.get("dhcpServers", []):
            self.lay_dhcp_server(server)
        for zone in estate.get("zones", []):
            self.lay_zone(zone)

    def lay_account(self, account):
        kind, name = account["kind"], account["account"]
        parent = account.get("parent", "CN=Users" if kind == "user" else "CN=Computers")
        dn = "CN=%s,%s,%s" % (name.rstrip("$"), parent, self.base)
        control = ENABLED[kind] | (DISABLED if account.get("disabled") else 0)
        entry = {
            "dn": dn,
            "objectClass": ACCOUNT_CLASS[kind],
            "sAMAccountName": name,
            "userAccountControl": str(control),
        }
        optional = {
            "dNSHostName": account.get("dnsHostName"),
            "servicePrincipalName": account.get("servicePrincipalNames"),
            "msDS-AdditionalDnsHostName": account.get("additionalDnsHostNames"),
            "operatingSystem": account.get("operatingSystem"),
            "description": account.get("description"),
        }
        entry.update({name: value for name, value in optional.items() if value})
        if kind == "gmsa":
            entry["msDS-ManagedPasswordInterval"] = "30"
        if "creator" in account:
            entry["mS-DS-CreatorSID"] = ndr_pack(security.dom_sid(self.sid_of(account["creator"])))
        if "sddl" in account:
            entry["nTSecurityDescriptor"] = self.descriptor(account["sddl"])
        self.samdb.add(entry, [RELAX])
        self.remember(account.get("key", name), dn)
        if "password" in account:
            self.samdb.setpassword("(sAMAccountName=%s)" % name, account["password"])
        if account.get("deleted"):
            self.samdb.delete(dn)

    def lay_group(self, group):
        name = group["account"]
        if not self.find(name):
            dn = "CN=%s,%s,%s" % (name, group.get("parent", "CN=Users"), self.base)
            self.samdb.add({
                "dn": dn,
                "objectClass": "group",
                "sAMAccountName": name,
                "groupType": str(GROUP_TYPE[group["scope"]]),
            })
            self.remember(name, dn)
        members = group["members"] + group.get("primaryOf", [])
        if members:
            self.replace(self.dn_of(name), {"member": [self.dn_of(member) for member in members]}, ldb.FLAG_MOD_ADD)
        rid = self.sid_of(name).rsplit("-", 1)[1]
        for member in group.get("primaryOf", []):
            self.replace(self.dn_of(member), {"primaryGroupID": rid})

    def lay_dhcp_server(self, server):
        name, address = server["name"], server["address"]
        path = "CN=NetServices,CN=Services,%s" % self.samdb.get_config_basedn()
        dn = "CN=%s,%s" % (name, path)
        self.samdb.add({
            "dn": dn,
            "objectClass": "dHCPClass",
            "dhcpUniqueKey": "0",
            "dhcpType": "1",
            "dhcpFlags": "0",
            "dhcpIdentification": "DHCP Server Object",
            "dhcpServers": "i%s$rcn=%s$f0x00000000$s%s$" % (address, name, name),
        })

    def lay_zone(self, zone):
        dn = ldb.Dn(self.samdb, "DC=placeholder,%s,%s" % (ZONES[zone["partition"]], self.base))
        dn.set_component(0, "DC", zone["name"])
        content = {}
        if "properties" in zone:
            content["dNSProperty"] = [base64.b64decode(value) for value in zone["properties"]]
        if not self.put(dn, "dnsZone", content, zone.get("sddl")):
            self.new_zones += 1
        for name in zone["names"]:
            self.lay_name(dn, name)

    def lay_name(self, zone_dn, name):
        dn = ldb.Dn(self.samdb, "DC=placeholder,%s" % zone_dn)
        dn.set_component(0, "DC", name["name"])
        content = {"dnsRecord": [base64.b64decode(value) for value in name["records"]]}
        if name.get("tombstoned"):
            content["dNSTombstoned"] = "TRUE"
        self.put(dn, "dnsNode", content, name.get("sddl"))

    def put(self, dn, object_class, content, sddl):
        """Adds the object or changes the one there is; says whether there was one."""
        there = self.exists(dn)
        if there and content:
            self.replace(dn, content)
        if there and sddl:
            descriptor = {"nTSecurityDescriptor": [self.descriptor(sddl)]}
            self.replace(dn, descriptor, ldb.FLAG_MOD_REPLACE, ["sd_flags:1:7"])
        if not there:
            extra = {"nTSecurityDescriptor": self.descriptor(sddl)} if sddl else {}
            filled = {name: value for name, value in content.items() if value}
            self.samdb.add({"dn": dn, "objectClass": object_class, **filled, **extra}, [RELAX])
        return there

    def replace(self, dn, content, flag=ldb.FLAG_MOD_REPLACE, controls=None):
        message = ldb.Message(dn if isinstance(dn, ldb.Dn) else ldb.Dn(self.samdb, dn))
        for name, value in content.items():
            message[name] = ldb.MessageElement(value, flag, name)
        self.samdb.modify(message, controls or [RELAX])

    def exists(self, dn):
        try:
            return bool(self.samdb.search(dn, ldb.SCOPE_BASE, attrs=["objectClass"]))
        except ldb.LdbError as error:
            if error.args[0] == ldb.ERR_NO_SUCH_OBJECT:
                return False
            raise

    def descriptor(self, sddl):
        resolved = re.sub(r"\{sid:([^}]+)\}", lambda match: self.sid_of(match.group(1)), sddl)
        return ndr_pack(security.descriptor.from_sddl(resolved, self.domain_sid))

    def remember(self, key, dn):
        found = self.samdb.search(dn, ldb.SCOPE_BASE, attrs=["objectSid"])
        self.dns[key] = dn
        self.sids[key] = str(ndr_unpack(security.dom_sid, found[0]["objectSid"][0]))

    def find(self, account):
        """Looks an account up by name once; says whether there is one."""
        if account not in self.dns:
            found = self.samdb.search(self.base, expression="(sAMAccountName=%s)" % account, attrs=["objectSid"])
            if not found:
                return False
            self.remember(account, str(found[0].dn))
        return True

    def need(self, account):
        if not self.find(account):
            raise SystemExit("Cannot find account %s: describe it before it is named" % account)

    def sid_of(self, key):
        if key.startswith("S-1-"):
            return key
        if key not in self.sids:
            self.need(key)
        return self.sids[key]

    def dn_of(self, key):
        if key.startswith("S-1-"):
            return self.foreign_dn(key)
        self.need(key)
        return self.dns[key]

    def foreign_dn(self, sid):
        dn = "CN=%s,CN=ForeignSecurityPrincipals,%s" % (sid, self.base)
        if not self.exists(dn):
            packed = ndr_pack(security.dom_sid(sid))
            self.samdb.add({"dn": dn, "objectClass": "foreignSecurityPrincipal", "objectSid": packed}, [RELAX, PROVISION])
        return dn


def main():
    samdb = connect(batch=True)
    estate = Estate(samdb)
    samdb.transaction_start()
    try:
        estate.lay(json.load(sys.stdin))
    except BaseException:
        samdb.transaction_cancel()
        raise
    samdb.transaction_commit()
    json.dump({"sids": estate.sids, "newZones": estate.new_zones}, sys.stdout)


main()
