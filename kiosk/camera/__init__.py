"""Pictures with their times, from a device, a recording or the demonstration."""
