"""A stand-in for WeCom's servers: tokens, sending, cards, contacts, media and encrypted callbacks."""
