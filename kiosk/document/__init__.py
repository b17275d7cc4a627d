"""Documents: capture, rectify, read, check, cut the portrait. Pictures in, ``DocumentReading`` out."""
