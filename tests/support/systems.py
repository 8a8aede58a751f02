"""What some tests need that not every system has: marks that skip them elsewhere, and say why."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

PROC = pytest.mark.skipif(sys.platform != "linux", reason="there is a /proc on Linux alone")
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
SUPERUSER = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
