"""The composition root: here, and only here, the parts are chosen and put together."""
