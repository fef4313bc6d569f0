"""What pages about standards show, each in a fixed number of statements."""
