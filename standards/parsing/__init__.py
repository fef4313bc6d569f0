"""From files to typed rows, or to a list of what is wrong in them and where. Reads and writes no database."""
