"""Findling's built-in embedding model: from files of text pairs to the shipped folder."""
