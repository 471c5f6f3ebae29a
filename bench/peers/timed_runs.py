"""What every runtime inside this process has in common: a burst of runs, and an output to check."""

import statistics
import time


class TimedRuns:
    def __init__(self, label, runs):
        self.label, self.runs = label, runs

    def run(self):
        """Runs once and returns what comes out."""
        raise NotImplementedError

    def output(self):
        """Of one run, as the network itself would make it."""
        return self.run()

    def turn(self):
        times_ms = []
        for _ in range(self.runs + 1):  # the first one fills the caches
            begin = time.perf_counter()
            self.run()
            times_ms.append((time.perf_counter() - begin) * 1000)
        return {"ms": statistics.median(times_ms[1:])}
