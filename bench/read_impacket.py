"""read_impacket.py URI CA-FILE USER PASSWORD-FILE ZONE-DN: reads the owners of a zone with ldap3 and impacket.

This is how the usual tools read descriptors: a paged search, and each descriptor parsed whole. Prints the number of
names of each owner.
"""

import collections
import ssl
import sys

import ldap3
from impacket.ldap import ldaptypes
from ldap3.protocol.microsoft import security_descriptor_control

uri, ca_file, user, password_file, zone_dn = sys.argv[1:]
with open(password_file) as file:
    password = file.read()
tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=ca_file)
connection = ldap3.Connection(ldap3.Server(uri, tls=tls, get_info=ldap3.NONE), user, password, auto_bind=True)
entries = connection.extend.standard.paged_search(
    zone_dn, "(objectClass=dnsNode)", ldap3.LEVEL,
    attributes=["dc", "dnsRecord", "dNSTombstoned", "nTSecurityDescriptor"],
    controls=security_descriptor_control(sdflags=7), paged_size=1000, generator=True)
owners = collections.Counter()
for entry in entries:
    descriptor = ldaptypes.SR_SECURITY_DESCRIPTOR(data=entry["raw_attributes"]["nTSecurityDescriptor"][0])
    owners[descriptor["OwnerSid"].formatCanonical()] += 1
for owner, names in owners.most_common():
    print(names, owner)
