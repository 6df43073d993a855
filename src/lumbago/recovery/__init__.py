"""What the diary says, and the course that published cohorts let one expect."""
