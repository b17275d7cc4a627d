"""What can be played in the place of a camera: films and pictures on disk."""
