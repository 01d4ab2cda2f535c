"""The training half of the classifier: reads, lints, fits, calibrates, proves, exports. It never ships."""
