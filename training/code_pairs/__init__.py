"""Pairs of (first sentence of a function's documentation, the function) from permissively licensed packages."""
