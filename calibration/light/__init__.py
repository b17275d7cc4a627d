"""The light sequence in numbers: relit faces and what attackers show, and the rates that come of them."""
