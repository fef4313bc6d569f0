"""Pages of findings, by who knocks: readers, the team that writes, the laboratory, the judges."""
