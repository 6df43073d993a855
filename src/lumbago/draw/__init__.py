"""Pictures, drawn by our own code."""
