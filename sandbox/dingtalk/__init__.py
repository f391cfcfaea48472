"""A stand-in for DingTalk (钉钉): Stream gateway, robot messages, cards, webhooks, contacts and media."""
