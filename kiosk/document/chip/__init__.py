"""The chip of a travel document (ICAO Doc 9303 parts 10 to 12): a reader and a key in, a ``ChipReading`` out."""
