"""What a frame shows: faces, pose, quality, presentation attack cues, comparison with the probe."""
