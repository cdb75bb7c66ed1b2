"""What runs in the parser's process. Nothing here is imported by the application."""
