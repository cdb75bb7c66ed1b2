"""The only door to the queue: long work is a row with its progress, started after commit, and said when it was interrupted."""
