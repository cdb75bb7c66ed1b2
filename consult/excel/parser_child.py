"""The process in which a file given to us is parsed: started by path, limited before anything is read, without the application.

    python -I parser_child.py REQUEST    (JSON; see `consult.excel.child.work.run`)

Only the packages `consult` and `consult.excel` are made known as folders, so that neither the application nor its settings load here.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import types
from pathlib import Path


def _limit(memory: int, cpu: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))


def _folders_only() -> None:
    here = Path(__file__).resolve().parent
    for name, folder in (("consult", here.parent), ("consult.excel", here)):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


def main() -> None:
    """Read the request, take the limits, and hand over."""
    request = json.loads(sys.argv[1])
    _limit(request["limits"]["memory"], request["cpu"])
    sys.path.extend(entry for entry in request["libraries"] if entry not in sys.path)
    _folders_only()
    importlib.import_module("consult.excel.child.work").run(request)


if __name__ == "__main__":
    main()
