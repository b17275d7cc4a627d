"""One file for each step, each with ``enter``, ``on`` and ``timed_out``."""
