"""account-password.py ACCOUNT: sets the password read from stdin, straight in the directory's database."""

import sys

from labdb import connect

samdb = connect()
samdb.setpassword("(sAMAccountName=%s)" % sys.argv[1], sys.stdin.read())
