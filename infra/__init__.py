"""Everything that packages, deploys and runs Guichet. Never ships: chalicelib may not import it."""
