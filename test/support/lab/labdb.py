"""Opens the directory's database of the lab's domain controller as the system itself, running or not."""

import os

from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB


def connect(batch=False):
    """Returns the SamDB; `batch` makes one large transaction fast and unsafe, as a test may have it."""
    lp = LoadParm()
    lp.load(os.environ["LAB_SMB_CONF"])
    options = ["batch_mode:1"] if batch else []
    return SamDB(url=os.environ["LAB_SAM_LDB"], session_info=system_session(lp), lp=lp, options=options)
