"""`python -m cnn`: the command line, see `cnn.cli`."""

import sys

from cnn.cli import main

sys.exit(main())
