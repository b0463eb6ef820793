"""What a process costs: CPU time, peak memory, elapsed time."""
import os
import re
import subprocess
import time
from collections import namedtuple
from pathlib import Path

Use = namedtuple("Use", "cpu memory seconds")


def watch(child):
    """Peak memory in bytes, wait status and usage of a process. ru_maxrss would count this Python too,
    from before the exec; the kernel's high-water mark of the new program (VmHWM) does not."""
    memory = 0
    while True:
        try:
            status = Path(f"/proc/{child.pid}/status").read_text()
            memory = int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024
        except (OSError, AttributeError):
            pass
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            return memory, status, usage
        time.sleep(0.01)


def measured(argv, env, stdout=subprocess.DEVNULL):
    """Runs a program to its end, its standard output to nowhere or to an open file; what it cost."""
    start = time.perf_counter()
    child = subprocess.Popen([str(word) for word in argv], env=env, stdin=subprocess.DEVNULL, stdout=stdout)
    memory, status, usage = watch(child)
    took = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, f"{argv[0]}: exit {child.returncode}"
    return Use(usage.ru_utime + usage.ru_stime, memory, took)
