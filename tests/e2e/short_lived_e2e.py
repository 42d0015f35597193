# SPDX-License-Identifier: Apache-2.0
"""Processes that live about half a millisecond and speak once: the case every tool that looks at
/proc after the fact gets wrong."""

from e2e_case import SERVER_V4, SERVER_V6, E2eCase, main

COUNT = 2000
PARALLEL = 4


class ShortLived(E2eCase):
    def check(self, mode, ip):
        rows = self.rows_of("short_lived", mode, ip, self.sink.port, COUNT, PARALLEL)
        self.assertEqual(len(rows), COUNT)
        self.assert_credited(rows)

    def test_tcp4(self):
        self.check("tcp", SERVER_V4)

    def test_tcp6(self):
        self.check("tcp", SERVER_V6)

    def test_udp4_unconnected(self):
        self.check("udp", SERVER_V4)

    def test_udp6_unconnected(self):
        self.check("udp", SERVER_V6)

    def test_udp4_connected(self):
        self.check("udp-connected", SERVER_V4)


if __name__ == "__main__":
    main()
