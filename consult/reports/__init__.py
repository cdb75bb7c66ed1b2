"""Figures that can be traced, and the workbooks handed to a client."""
