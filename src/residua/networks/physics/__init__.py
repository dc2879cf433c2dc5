"""Networks that keep what is known beforehand: each constraint a wrapper around a network."""
