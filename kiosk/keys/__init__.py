"""The device's identity, and the public key of the back office that records are sealed to."""
