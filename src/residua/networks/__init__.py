"""Networks: architectures, and how they are trained. They know nothing of fits and reports."""
