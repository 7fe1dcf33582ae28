"""`python -m kafkacli`."""

import sys

from kafkacli.app import main

sys.exit(main())
