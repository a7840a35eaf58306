"""Squirrel's grammar, and the parser tables made of it when the package is built."""
