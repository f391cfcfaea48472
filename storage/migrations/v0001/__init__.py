"""The tables of version 0001, as they were then: what a migration says must not move with the program."""
