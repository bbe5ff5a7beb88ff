"""The routes of the HTTP door, one module for each family of questions."""
