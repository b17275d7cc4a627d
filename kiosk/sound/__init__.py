"""From a microphone, or a recording in its place, to clips of sound."""
