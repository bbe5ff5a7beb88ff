"""What writes files of this project: run by hand, each says how."""
