"""From an edition to a file. What is written here, `standards.parsing` reads back as the same edition."""
