"""
What administrators do with a brand: use cases as functions over ports, for a command, a page or an HTTP route alike.

Nothing here prints, reads a command line or asks the environment. What each use case needs is named by `permissions`.
No function of the pipeline loads this package (pyproject's contracts).
"""
