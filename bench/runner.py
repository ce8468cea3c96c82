"""runner.py: runs one command after the other and says what each cost.

Takes a JSON line on stdin for each: {"argv", "env", "cwd", "stdin", "stdout", "stderr"}, the last three files or null.
Answers with a JSON line: {"code", "wallSeconds", "cpuSeconds", "peakBytes"}. Time runs from before the process is
made until it is gone; it and its children count. A command does not outlive this process.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


def end_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def run(command):
    with open(command["stdin"] or os.devnull, "rb") as stdin, \
            open(command["stdout"] or os.devnull, "wb") as stdout, \
            open(command["stderr"] or os.devnull, "wb") as stderr:
        started = time.perf_counter()
        process = subprocess.Popen(
            command["argv"], env=command["env"], cwd=command["cwd"],
            stdin=stdin, stdout=stdout, stderr=stderr, preexec_fn=end_with_parent)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "code": process.returncode,
        "wallSeconds": wall,
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "peakBytes": usage.ru_maxrss * 1024,
    }


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
