# SPDX-License-Identifier: Apache-2.0
"""`python -m stresstest` is the command `stresstest`."""

from stresstest.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
