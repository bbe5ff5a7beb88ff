"""What is run by hand, and says how: it writes files of this project, or compares two states of it."""
