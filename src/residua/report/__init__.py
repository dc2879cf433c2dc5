"""What a person reads: text, figures, files. Floor 6."""
