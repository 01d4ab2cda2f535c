"""One module a `guichet` subcommand; infra.cli finds them. Modules whose name starts with "_" are shared."""
