"""Recipe of ``face_pad``: two teachers pruned, joined, and taught what they miss by labels and simulated damage."""
