"""drop-partition.py DN: makes a stopped domain controller forget that it holds a naming context."""

import os
import sys

import ldb

# Without its modules: what they are loaded for is told by this very record.
raw = ldb.Ldb(os.environ["LAB_SAM_LDB"], options=["modules:"])
[record] = raw.search(base="@PARTITION", scope=ldb.SCOPE_BASE)
dropped = [value for value in record["partition"] if value.decode().split(":")[0].upper() == sys.argv[1].upper()]
assert len(dropped) == 1, "no such partition: %s" % sys.argv[1]
change = ldb.Message(record.dn)
change["partition"] = ldb.MessageElement(dropped, ldb.FLAG_MOD_DELETE, "partition")
raw.modify(change)
