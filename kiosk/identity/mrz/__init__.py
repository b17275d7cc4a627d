"""Machine-readable zones (ICAO Doc 9303): what a reader saw in, checked fields out. Pure."""
