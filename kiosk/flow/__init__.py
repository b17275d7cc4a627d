"""The session as a pure state machine: events in, state and effects out. No clock, no disk, no thread, no engine."""
