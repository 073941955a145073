"""`python -m secure_env` is the command `gmsd`."""

import sys

from secure_env.cli import main


sys.exit(main())
