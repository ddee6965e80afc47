"""Scores any model folder on held-out pairs: what the README's table of languages and the model card are made of."""
