# dnsacl plan sha256:CHECKSUM
# made 2026-11-20T21:00:00.000Z from dc1.corp.example.com: 15 names looked at: 12 to change (14 ACEs added, 1 removed), 3 skipped
# Nothing here asks whether a name changed since the plan was made, and no journal is kept; dnsacl apply does both
$ErrorActionPreference = 'Stop'

# \x25PATH\x25\x26calc\x7cx\x5e\x22'\x21A\x21.corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# add CORP\dhcp_update: the account that DHCP servers use for DNS
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1155'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
$name.PSBase.CommitChanges()

# =cmd.corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# add CORP\dhcp_update: the account that DHCP servers use for DNS
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1155'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
$name.PSBase.CommitChanges()

# \x60$(calc)\x60\u2019; calc #.corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# add CORP\dhcp_update: the account that DHCP servers use for DNS
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1155'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
$name.PSBase.CommitChanges()

# corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# add CORP\dhcp_update: the account that DHCP servers use for DNS
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1155'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'Descendents', 'e0fa1e8c-9b45-11d0-afdd-00c04fd930c9')))
$name.PSBase.CommitChanges()

# pc1.corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# add CORP\PC1$: computer account: its dNSHostName is this host
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1109'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
# add CORP\dhcp_update: the account that DHCP servers use for DNS
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1155'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
$name.PSBase.CommitChanges()

# pc2.corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# add CORP\dhcp_update: the account that DHCP servers use for DNS
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1155'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
$name.PSBase.CommitChanges()

# pc3.corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# add CORP\PC1$: computer account: its dNSHostName is this host
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1109'), 'WriteProperty', 'Allow', 'e0fa1e69-9b45-11d0-afdd-00c04fd930c9', 'None', '00000000-0000-0000-0000-000000000000')))
# add CORP\PC1$: computer account: its dNSHostName is this host
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1109'), 'WriteProperty', 'Allow', 'd5eb2eb7-be4e-463b-a214-634a44d7392e', 'None', '00000000-0000-0000-0000-000000000000')))
$name.PSBase.CommitChanges()

# pc4.corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# remove S-1-5-21-1047456448-2337630968-2720937775-1187: replaced by CORP\PC1$
$name.PSBase.ObjectSecurity.RemoveAccessRuleSpecific((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1187'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
# add CORP\PC1$: replaces the old account
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1109'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
$name.PSBase.CommitChanges()

# pc5.corp.example.com
# left out: (XA;;WP;;;DC;#61727478) cannot be said here; dnsacl apply can write it

# \x7c [x](javascript:alert) \x7c.corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# add CORP\dhcp_update: the account that DHCP servers use for DNS
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1155'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
$name.PSBase.CommitChanges()

# \u202etxt.exe.corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# add CORP\dhcp_update: the account that DHCP servers use for DNS
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1155'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
$name.PSBase.CommitChanges()

# \u30b5\u30fc\u30d0\u30fc.corp.example.com
$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>')
$name.PSBase.Options.SecurityMasks = 'Dacl'
# add CORP\dhcp_update: the account that DHCP servers use for DNS
$name.PSBase.ObjectSecurity.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1155'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000')))
$name.PSBase.CommitChanges()
