"""What a fit implies: predictions, intervals, derived quantities. Floor 5."""
