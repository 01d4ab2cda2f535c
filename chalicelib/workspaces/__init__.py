"""Where agents work: one package a workspace, each behind the same ports (`chalicelib.ports`)."""
