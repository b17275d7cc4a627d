"""Known cards, one file each: where what stands, and how sure it is that this card lies here."""
