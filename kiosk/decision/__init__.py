"""The decision: evidence and policy in, a verdict with every reason out. Pure."""
