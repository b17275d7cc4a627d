"""One view model a step: state in, words and flags out; taps in, events out. No thresholds, no decisions."""
