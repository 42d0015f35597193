# SPDX-License-Identifier: Apache-2.0
"""The loads: each returns a number per run, nanoseconds per operation or a throughput."""

import json
import pathlib
import re
import shutil
import tempfile

from agent import descendants
from sandbox import SERVER_V4

NGINX = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {folder}/b;
  proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
  scgi_temp_path {folder}/s;
  server {{ listen 8080; location / {{ return 200 "ok"; }} }} }}
"""


def cpu_ns(pid):
    """CPU time of the main thread of `pid`, to the nanosecond."""
    return int(pathlib.Path("/proc/%d/schedstat" % pid).read_text().split()[0])


class Load:
    higher_is_better = False
    unit = "ns"

    def __init__(self, box, quick):
        self.box, self.quick = box, quick

    def size(self, full):
        return full // 10 if self.quick else full

    def why_not(self):
        return None

    def prepare(self):
        pass


class Generated(Load):
    """One of our own generators against the sink. The cost is CPU time of both ends, kernel work
    included, rather than elapsed time: what else the machine does shows in it far less."""

    def __init__(self, box, quick, sink, name, words, count):
        super().__init__(box, quick)
        self.name, self.sink, self.words, self.count = name, sink, words, self.size(count)

    def run(self):
        program, mode, last = self.words
        before_ns = self._sink_cpu_ns()
        _, summary = self.box.run(program, mode, SERVER_V4, self.sink.port, self.count, last, "quiet")
        return (summary["cpu_ns"] + self._sink_cpu_ns() - before_ns) / self.count

    def _sink_cpu_ns(self):
        return cpu_ns(self.sink.pid)


class Iperf(Load):
    name, higher_is_better, unit = "iperf3 throughput", True, "bit/s"

    def why_not(self):
        return None if shutil.which("iperf3") else "iperf3 is not installed"

    def prepare(self):
        self.server = self.box.start("/usr/bin/iperf3", "-s", "-p", "5201",
                                     "--forceflush", namespace=self.box.server)
        while "listening" not in self.server.child.stdout.readline():
            if self.server.child.poll() is not None:
                raise AssertionError("iperf3 -s ended")

    def measure(self):
        out, _ = self.box.run("/usr/bin/iperf3", "-c", SERVER_V4, "-p", "5201", "-J", "-t",
                              "1" if self.quick else "3")
        return json.loads(out)

    def run(self):
        return self.measure()["end"]["sum_received"]["bits_per_second"]


class IperfCpu(Iperf):
    """The same traffic as CPU time of both ends: steadier than its speed on a busy machine."""
    name, higher_is_better, unit = "iperf3, CPU per MB", False, "ns"

    def prepare(self):
        pass  # the server of Iperf serves this one, too

    def run(self):
        end = self.measure()["end"]
        use, received = end["cpu_utilization_percent"], end["sum_received"]
        cpu_s = (use["host_total"] + use["remote_total"]) / 100 * received["seconds"]
        return cpu_s * 1e9 / (received["bytes"] / 1e6)


class KeepAliveHttp(Load):
    name, higher_is_better, unit = "keep-alive HTTP", True, "req/s"

    def why_not(self):
        missing = [tool for tool in ("nginx", "wrk") if not shutil.which(tool)]
        return "%s not installed" % " and ".join(missing) if missing else None

    def prepare(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="picket-bench-"))
        self.folder = folder
        (folder / "conf").write_text(NGINX.format(folder=folder))
        self.server = self.box.start(shutil.which("nginx"), "-p", str(folder), "-c",
                                     str(folder / "conf"), "-e", str(folder / "error"),
                                     namespace=self.box.server)
        for _ in range(100):  # until it answers
            if self._wrk("1", connections=1, check=False):
                return
        raise AssertionError("nginx does not serve: " + (folder / "error").read_text())

    def _wrk(self, seconds, connections=32, check=True):
        """Requests a second and in all; None when there were none."""
        program = self.box.start(shutil.which("wrk"), "-t1", "-c%d" % connections,
                                 "-d%ss" % seconds, "http://%s:8080/" % SERVER_V4)
        out = program.finish_quietly()
        rate = re.search(r"Requests/sec:\s+([\d.]+)", out or "")
        total = re.search(r"(\d+) requests in", out or "")
        if not rate or not total or float(rate[1]) == 0:
            if check:
                raise AssertionError("wrk measured nothing: %r" % out)
            return None
        return float(rate[1]), int(total[1])

    def measure(self):
        return self._wrk("1" if self.quick else "3")

    def run(self):
        return self.measure()[0]

    def server_cpu_ns(self):
        return sum(cpu_ns(pid) for pid in descendants(self.server.pid))


class HttpCpu(Load):
    """The same traffic as CPU time of the server: steadier than its speed on a busy machine."""
    name, unit = "keep-alive HTTP, CPU", "ns"

    def __init__(self, http):
        super().__init__(http.box, http.quick)
        self.http = http
        self.why_not = http.why_not

    def run(self):
        before_ns = self.http.server_cpu_ns()
        requests = self.http.measure()[1]
        return (self.http.server_cpu_ns() - before_ns) / requests


def all_loads(box, quick, sink):
    http = KeepAliveHttp(box, quick)
    return [
        Generated(box, quick, sink, "TCP connection", ("burst", "tcp-reset", 0), 20_000),
        Generated(box, quick, sink, "UDP datagram", ("burst", "udp-same", 0), 300_000),
        Generated(box, quick, sink, "UDP socket + datagram", ("burst", "udp-new", 0), 50_000),
        Generated(box, quick, sink, "exec", ("short_lived", "exec", 1), 2_000),
        Generated(box, quick, sink, "exec + TCP connection", ("short_lived", "tcp", 1), 2_000),
        Iperf(box, quick), IperfCpu(box, quick), http, HttpCpu(http),
    ]


def close(loads):
    for load in loads:
        folder = getattr(load, "folder", None)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
