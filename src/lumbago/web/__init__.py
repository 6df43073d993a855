"""The web app: the screens on a port of this computer, for this computer alone."""
