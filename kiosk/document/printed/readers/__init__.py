"""Other readers of lines behind the port ``LineReader``: none is needed, each is used only where it is asked for."""
