"""One task per file: prepare a picture, run the network, give a typed result."""
