"""Rules of national numbers, card serials, passport numbers and scripts of digits. Pure: text in, judgement out."""
