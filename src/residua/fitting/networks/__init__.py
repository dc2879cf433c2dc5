"""Fits of networks: from the words of `fit` to a NetworkFit."""
