"""Barcodes on a document: found, squared, read, and a licence's text understood."""
