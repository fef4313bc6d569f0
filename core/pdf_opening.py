"""Open a PDF that nobody trusts, in a process of its own: a kilobyte can unfold into gigabytes.

Run as a script with the path of the file and the bytes of memory it may take; the exit code is the answer.
Knows nothing of the site.
"""

import resource
import sys
from typing import Final

SOUND: Final = 0
LOCKED: Final = 10
DAMAGED: Final = 11
TOO_MUCH: Final = 12
CPU_SECONDS: Final = 10


def answer(path: str) -> int:
    import pikepdf

    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            return SOUND if len(pdf.pages) else DAMAGED
    except pikepdf.PasswordError:
        return LOCKED
    except MemoryError:
        return TOO_MUCH
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return DAMAGED


if __name__ == "__main__":
    memory = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(answer(sys.argv[1]))
