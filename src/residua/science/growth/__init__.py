"""Growth and dose-response."""
