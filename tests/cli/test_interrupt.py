"""Ctrl-C and kill: exit code 130 and nothing left behind."""

import signal
import subprocess
import time

import nawqsr

PATIENCE_S = 120


class Interrupt(nawqsr.CliTest):
    def start(self, *arguments, **options):
        program = subprocess.Popen([nawqsr.BINARY, *map(str, arguments)], cwd=self.folder, env=self.environment(),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   encoding="utf-8", **options)
        self.addCleanup(program.kill)
        return program

    def assert_stops(self, program, sent):
        before = [name for name, _ in self.files() if not name.startswith(".nawqsr-")]
        program.send_signal(sent)
        _, said = program.communicate(timeout=PATIENCE_S)
        self.assertEqual(program.returncode, 130, said)
        self.assertIn("interrupted", said)
        self.assertEqual([name for name, _ in self.files()], before)

    def start_long_run(self, **options):
        """Returns once the network is at work; it would go on for minutes."""
        self.picture("a.png", 2000, 1000, channels=1, sample=lambda x, y, c: (x * y) & 255)
        program = self.start("-i", "a.png", "-o", "out.png", "--progress", "json", "-j", 1, **options)
        line = program.stderr.readline()
        self.assertIn('"event":"progress"', line)
        return program

    def test_while_the_network_works(self):
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self.assert_stops(self.start_long_run(), sent)

    def test_while_the_output_is_written(self):
        noise = [(i * 2654435761 >> 13) & 255 for i in range(4096)]
        self.picture("a.png", 500, 500, sample=lambda x, y, c: noise[(x * 7 + y * 131 + c * 977) & 4095])
        program = self.start("-i", "a.png", "-o", "out.png", "-n", "bicubic", "-s", 10)
        deadline = time.monotonic() + PATIENCE_S
        while not list(self.folder.glob(".nawqsr-*")):
            self.assertIsNone(program.poll(), "it ended before its output was seen")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)
        self.assert_stops(program, signal.SIGTERM)

    def test_a_signal_that_was_ignored_stays_ignored(self):
        program = self.start_long_run(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        program.send_signal(signal.SIGHUP)
        self.assertIn('"event":"progress"', program.stderr.readline())
        self.assert_stops(program, signal.SIGINT)


if __name__ == "__main__":
    nawqsr.main()
