"""fit, its verdict, its rescues and its frozen result. Floor 4."""
