"""What it can fit: causes re-weighted by answers. `scalar` is the definition."""
