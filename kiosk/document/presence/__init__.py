"""Is the document itself before the camera, or a picture of it: cues with rates."""
