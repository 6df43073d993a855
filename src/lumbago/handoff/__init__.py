"""What leaves the program in the person's own hands: a calendar file, and pages to print."""
