"""The attack bench: bona fide and attack presentations through the whole session, reported as ISO/IEC 30107-3 asks."""
