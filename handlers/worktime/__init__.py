"""Working time: one clock for deadlines, reminders, approvals and pools. Pure: no store and no "now"."""
