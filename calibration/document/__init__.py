"""How well documents are read: specimens, drawn ones, and both photographed again with every damage."""
