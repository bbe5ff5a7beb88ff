"""Where facts are kept, and how they are written there."""
