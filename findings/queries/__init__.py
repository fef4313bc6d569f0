"""Whole pages of findings, in a fixed number of SQL statements."""
