"""From evidence and verdict to a sealed record that this device cannot open again."""
