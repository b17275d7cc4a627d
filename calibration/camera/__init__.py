"""Calibrating a camera: which device it is, how its frames come, what its sensor leaves in them."""
