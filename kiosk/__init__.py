"""The program that a person stands before."""

__version__ = "0.1.0"
