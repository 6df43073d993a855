"""`python -m lumbago.cli` is `lumbago`."""

import sys

from lumbago.cli import main

if __name__ == "__main__":
    sys.exit(main())
