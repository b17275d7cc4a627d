"""The compression toolbox: one technique a module, one row a configuration, one generated table (``docs/compression.md``)."""
