"""Networks of other libraries: recognized, differentiated, and given their weights back."""
