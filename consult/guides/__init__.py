"""Interview guides: what is asked of whom, in which order, and how it has changed from one version to the next."""
