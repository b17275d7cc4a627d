"""The machine-readable zone: its lines are found and straightened in a picture, read, voted over frames."""
