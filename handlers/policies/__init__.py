"""A company's rules as one file: read, checked all at once, and asked. Pure: no store, no cards."""
