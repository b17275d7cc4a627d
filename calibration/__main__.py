"""``python -m calibration`` is ``calibrate``."""

from calibration.cli import main

main()
