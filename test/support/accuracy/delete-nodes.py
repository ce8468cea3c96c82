"""delete-nodes.py: deletes the names [{"zone", "name"}] on stdin from the directory, for good."""

import json
import sys

from labdb import connect
from nodes import node_dn

samdb = connect()
for node in json.load(sys.stdin):
    samdb.delete(node_dn(samdb, node["zone"], node["name"]))
