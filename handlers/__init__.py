"""Words to arguments, permissions, use cases, rules. Every noun is named here once."""

include = ("general", "leads", "customers", "followups", "tasks")
