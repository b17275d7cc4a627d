"""The site calibration: what a technician measured at this place. The kiosk owns the format; ``calibrate`` writes it."""
