"""Draws one report in a process of its own, for nothing but its memory: `python -m benchmarks.drawing`."""

import pickle
import subprocess
import sys
from pathlib import Path

from reports.content import ReportContent

ROOT = Path(__file__).resolve().parent.parent


def memory_of(content: ReportContent, pictures: dict[str, bytes]) -> int:
    """The most memory, in MB, that the process held: Django, the engine and the document together."""
    told = pickle.dumps((content.to_json(), pictures))
    command = [sys.executable, "-m", "benchmarks.drawing"]
    done = subprocess.run(command, cwd=ROOT, input=told, capture_output=True, check=True)
    return int(done.stdout)


def main() -> None:
    import django

    django.setup()
    from reports.rendering import draw_report

    written, pictures = pickle.loads(sys.stdin.buffer.read())
    draw_report(ReportContent.from_json(written), pictures.get)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    most = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    print(int(most.split()[1]) // 1024)


if __name__ == "__main__":
    main()
