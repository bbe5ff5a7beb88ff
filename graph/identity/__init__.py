"""Who is who across sources: nothing is merged yet, and each source's ids stand as they are."""
