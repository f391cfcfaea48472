"""Company names: what their parts are, when two mean one company, and where they stand in a sentence."""
