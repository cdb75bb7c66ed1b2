"""Messages out: each is a row first; it is sent by SMTP, printed, or written to a file, and readable here where nothing is set up."""
