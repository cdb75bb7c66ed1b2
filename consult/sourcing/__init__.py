"""What organisations need and what they can make, as records of their own."""
