"""Models from models: sums, products, chains, derivatives, other names."""
