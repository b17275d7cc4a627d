"""Sealed records that wait for delivery. The table is the queue: nothing that was recorded can be lost."""
