"""prepare.py: what SDDL and estate.py cannot say, from JSON on stdin, straight into the directory.

{"history": {ACCOUNT: SID}, "conditional": [{"zone", "name", "aces": [INDEX]}]}: the ACEs with these indexes become
callback ACEs. Samba keeps their type and drops the condition.
"""

import json
import sys

import ldb
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack

from labdb import connect
from nodes import node_dn

CALLBACK = {0: 9, 1: 10}


def set_history(samdb, account, sid):
    found = samdb.search(expression="(sAMAccountName=%s)" % account, attrs=["objectSid"])
    replace(samdb, found[0].dn, "sIDHistory", ndr_pack(security.dom_sid(sid)), "relax:0")


def make_conditional(samdb, zone, name, indexes):
    dn = node_dn(samdb, zone, name)
    found = samdb.search(dn, ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"], controls=["sd_flags:1:7"])
    descriptor = ndr_unpack(security.descriptor, found[0]["nTSecurityDescriptor"][0])
    aces = descriptor.dacl.aces
    for index in indexes:
        aces[index].type = CALLBACK[aces[index].type]
    descriptor.dacl.aces = aces
    replace(samdb, dn, "nTSecurityDescriptor", ndr_pack(descriptor), "sd_flags:1:7")


def replace(samdb, dn, attribute, value, control):
    message = ldb.Message(dn)
    message[attribute] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, attribute)
    samdb.modify(message, [control])


def main():
    samdb = connect()
    wish = json.load(sys.stdin)
    for account, sid in wish["history"].items():
        set_history(samdb, account, sid)
    for node in wish["conditional"]:
        make_conditional(samdb, node["zone"], node["name"], node["aces"])


main()
