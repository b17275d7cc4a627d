"""The program that a person stands before."""
