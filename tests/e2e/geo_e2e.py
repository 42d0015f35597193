# SPDX-License-Identifier: Apache-2.0
"""Country and network number of peers, from databases that the user brings (--geo)."""

import datetime
import json
import pathlib
import shutil
import subprocess
import tempfile

import contract
import mmdb
from agent import Picket, picket_binary
from e2e_case import E2eCase, main

KNOWN, UNKNOWN = "203.0.113.7", "198.51.100.7"  # RFC 5737: for documentation, routed nowhere
BUILT = datetime.datetime(2026, 10, 1, tzinfo=datetime.timezone.utc)


class Geo(E2eCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="picket-e2e-geo-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)
        built = int(BUILT.timestamp())
        databases = {
            "country.mmdb": mmdb.database("GeoLite2-Country", built, {
                "203.0.113.0/24": {"country": {"iso_code": "NL"}}}),
            "asn.mmdb": mmdb.database("GeoLite2-ASN", built, {
                "203.0.113.0/25": {"autonomous_system_number": 64496,
                                   "autonomous_system_organization": "Example Net"}}),
        }
        for name, content in databases.items():
            (cls.folder / name).write_bytes(content)
        super().setUpClass()
        for address in (KNOWN, UNKNOWN):
            cls.box.add_server_address(address)

    @classmethod
    def make_picket(cls):
        return Picket(cls.box, contract.geo_options(cls.folder / "country.mmdb",
                                                    cls.folder / "asn.mmdb"))

    def remote_of(self, address):
        """What a snapshot says of the far side of a connection to `address` that is held open."""
        holder = self.box.start("open_many", address, self.sink.port, 1, 1, stdin=subprocess.PIPE)
        holder.first_line()
        out = subprocess.run(contract.snapshot_command(picket_binary(), self.picket.socket),
                             capture_output=True, text=True, check=True).stdout
        holder.finish()
        found = [flow["remote"] for flow in map(json.loads, out.splitlines())
                 if flow.get("remote", {}).get("ip") == address
                 and flow["remote"]["port"] == self.sink.port]
        self.assertEqual(len(found), 1, out)
        return found[0]

    def test_a_known_address(self):
        remote = self.remote_of(KNOWN)
        self.assertEqual((remote.get("country"), remote.get("as_number"),
                          remote.get("as_organization")), ("NL", 64496, "Example Net"))

    def test_an_address_the_databases_do_not_know(self):
        remote = self.remote_of(UNKNOWN)
        self.assertFalse({"country", "as_number", "as_organization"} & remote.keys(), remote)

    def test_the_date_of_the_databases_is_told(self):
        told = self.picket.status().geo
        self.assertEqual(told, "GeoLite2-Country 2026-10-01, GeoLite2-ASN 2026-10-01")


if __name__ == "__main__":
    main()
