"""The organisation: reading its files, checking them whole, storing what differs."""
