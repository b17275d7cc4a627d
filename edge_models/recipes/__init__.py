"""How the released models are made. Not shipped: needs the ``recipes`` dependency group and the data folder."""
