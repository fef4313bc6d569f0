"""Verbs about standards: load an edition, keep an upload until it is applied."""
