"""Runs Debian's own `aws` for a test: each command in a fork of one process, which has loaded the program once.

Reads a line of JSON for each command, {"args", "folder", "environment"}, and writes one, {"status", "stdout", "stderr"}.
"""

import gc
import json
import os
import sys
import tempfile

import awscli.clidriver


def run(call, stdout, stderr):
    os.dup2(stdout.fileno(), 1)
    os.dup2(stderr.fileno(), 2)
    os.chdir(call["folder"])
    # The program puts its own models there when it is loaded.
    own_models = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    os.environ.update(call["environment"])
    os.environ["AWS_DATA_PATH"] = os.pathsep.join(filter(None, [os.environ.get("AWS_DATA_PATH"), own_models]))
    sys.argv = ["aws", *call["args"]]
    try:
        status = awscli.clidriver.main()
    except SystemExit as ended:
        status = ended.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def text(file):
    file.seek(0)
    return file.read().decode()


# Loads the program's plugins and finds out its system once: each fork would do both for itself.
awscli.clidriver.create_clidriver()
# A collection in a fork would copy every page of what is loaded.
gc.collect()
gc.freeze()

for line in sys.stdin:
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        child = os.fork()
        if child == 0:
            run(json.loads(line), stdout, stderr)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        answer = {"status": status, "stdout": text(stdout), "stderr": text(stderr)}
    print(json.dumps(answer), flush=True)
