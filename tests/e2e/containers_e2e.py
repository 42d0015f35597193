# SPDX-License-Identifier: Apache-2.0
"""Containers as the kernel knows them: cgroups with the names the engines give, and network
namespaces of their own. Every flow must carry its container and its namespace."""

import os
import secrets

from e2e_case import E2eCase, main

COUNT = 50


class Containers(E2eCase):
    def check(self, cgroup_name, container_id):
        cgroup = self.box.make_cgroup(self.box.cgroup / cgroup_name)
        namespace = self.box.make_namespace("k" + container_id[:4])
        inode = os.stat(namespace).st_ino
        sink = self.box.start("sink", cgroup="-", namespace=namespace)
        port = sink.first_line()["port"]
        rows = self.rows_of("short_lived", "tcp", "127.0.0.1", port, COUNT, 2, cgroup=cgroup,
                            namespace=namespace)
        self.assertEqual({row.network_namespace for row in rows}, {inode})
        self.assert_credited(rows)
        flows = [flow for flow in self.picket.seen.flows.values()
                 if flow.pid not in self.picket.fence_pids]
        self.assertEqual(len(flows), COUNT)
        for flow in flows:
            self.assertEqual(flow.network_namespace, inode)
            self.assertEqual(self.picket.seen.process_of(flow).container_id, container_id)
            self.assertIn(container_id[:12], flow.container)

    def test_docker(self):
        name = secrets.token_hex(32)
        self.check("docker-%s.scope" % name, name)

    def test_podman(self):
        name = secrets.token_hex(32)
        self.check("libpod-%s.scope" % name, name)

    def test_kubernetes(self):
        name = secrets.token_hex(32)
        self.check("cri-containerd-%s.scope" % name, name)

    def test_an_ordinary_cgroup_is_no_container(self):
        cgroup = self.box.make_cgroup(self.box.cgroup / "docker-lookalike.scope")
        rows = self.rows_of("short_lived", "tcp", "10.77.0.1", self.sink.port, COUNT, 2,
                            cgroup=cgroup)
        self.assert_credited(rows)
        for flow in self.picket.seen.flows.values():
            self.assertEqual(self.picket.seen.process_of(flow).container_id, "")


if __name__ == "__main__":
    main()
