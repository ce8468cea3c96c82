@echo off
rem dnsacl plan sha256:CHECKSUM
rem made 2026-11-20T21:00:00.000Z from dc1.corp.example.com: 15 names looked at: 12 to change (14 ACEs added, 1 removed), 3 skipped
rem Nothing here asks whether a name changed since the plan was made, and no journal is kept; dnsacl apply does both

rem \x25PATH\x25\x26calc\x7cx\x5e\x22'\x21A\x21.corp.example.com
dsacls "DC=\25PATH\25\26calc\7Cx\5E\22\27\21A\21,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\dhcp_update:GA"

rem =cmd.corp.example.com
dsacls "DC=\3Dcmd,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\dhcp_update:GA"

rem \x60$(calc)\x60\u2019; calc #.corp.example.com
dsacls "DC=\60$\28calc\29\60\E2\80\99\3B calc \23,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\dhcp_update:GA"

rem corp.example.com
dsacls "DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /I:S /G "CORP\dhcp_update:GA;;dnsNode"

rem pc1.corp.example.com
dsacls "DC=pc1,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\PC1$:GA"
dsacls "DC=pc1,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\dhcp_update:GA"

rem pc2.corp.example.com
dsacls "DC=pc2,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\dhcp_update:GA"

rem pc3.corp.example.com
dsacls "DC=pc3,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\PC1$:WP;dnsRecord"
dsacls "DC=pc3,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\PC1$:WP;dNSTombstoned"

rem pc4.corp.example.com
rem remove (A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;S-1-5-21-1047456448-2337630968-2720937775-1187): dsacls /R would remove every entry of the account, so PowerShell does it
powershell -NoProfile -Command "$ErrorActionPreference = 'Stop'; $name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://<GUID=6f2a8a5e-1b1c-4d6e-9f00-0123456789ab>'); $name.PSBase.Options.SecurityMasks = 'Dacl'; $name.PSBase.ObjectSecurity.RemoveAccessRuleSpecific((New-Object System.DirectoryServices.ActiveDirectoryAccessRule(([System.Security.Principal.SecurityIdentifier]'S-1-5-21-1047456448-2337630968-2720937775-1187'), 'GenericAll', 'Allow', '00000000-0000-0000-0000-000000000000', 'None', '00000000-0000-0000-0000-000000000000'))); $name.PSBase.CommitChanges()"
dsacls "DC=pc4,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\PC1$:GA"

rem pc5.corp.example.com
rem left out: (XA;;WP;;;DC;#61727478) cannot be said here; dnsacl apply can write it

rem \x7c [x](javascript:alert) \x7c.corp.example.com
dsacls "DC=\7C \5Bx\5D\28javascript\3Aalert\29 \7C,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\dhcp_update:GA"

rem \u202etxt.exe.corp.example.com
dsacls "DC=\E2\80\AEtxt.exe,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\dhcp_update:GA"

rem \u30b5\u30fc\u30d0\u30fc.corp.example.com
dsacls "DC=\E3\82\B5\E3\83\BC\E3\83\90\E3\83\BC,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com" /G "CORP\dhcp_update:GA"
