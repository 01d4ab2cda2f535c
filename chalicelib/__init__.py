"""Everything of Guichet that ships to Lambda. It may not import `classifiers` or `infra`."""
