"""
Whether answers keep what was promised: what is counted, what judges find, and when an intent is stopped.

`monitor` sees what customers refuse, `drift` how messages change, `precision_proof` what judgements prove.
"""
