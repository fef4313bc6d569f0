"""What ./lab does, in standard-library Python: it must run before anything is installed."""
