"""From clips of sound to numbers: loudness, speech, digits."""
