"""Files that hang on records of a study: received, kept once by content, handed out with safe headers."""
