"""Spreadsheets in: upload, locate, map, preview, apply, undo."""
