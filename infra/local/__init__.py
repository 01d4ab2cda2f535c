"""The local AWS, the simulators and the page: the whole main job on one machine, loopback only."""
