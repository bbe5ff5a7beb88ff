"""From a layout to bytes: a writer knows five primitives and nothing of stages."""
