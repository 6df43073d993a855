"""The app as a folder of files that any host can serve and that runs on the phone itself."""
