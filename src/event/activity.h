// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "event/vocabulary.h"

// What a process did, in one vocabulary whatever told it: the kernel's hooks, a Windows event log,
// Sysmon, auditd, Zeek, a capture. The behaviours of detect/ read only this; what is not known is
// empty or absent, never guessed. Text is the source's own bytes (a path keeps its separators and
// case); whoever compares it folds it, whoever shows it passes it through printable().
namespace picket::event {

enum class Platform : uint8_t { kUnknown, kWindows, kLinux, kMac };

// The process that acts, as well as the source knows it.
struct Actor {
  std::string id;  // unique on its host for all time: a ProcessGuid, PID@START; empty: only the pid
  uint32_t pid = 0;
  std::string name;  // base name of the executable; empty: not known
  std::string path;  // of the executable, in full; empty: not known
  std::string command_line;
  std::string working_directory;
  std::string user;                        // DOMAIN\user, or a local name
  std::string sha256, sha1, md5, imphash;  // lower-case hexadecimal
  std::string original_name;  // the name the file was compiled with (Windows version resource)
  std::string company, product, signer;
  std::optional<bool> signature_valid;
  std::string package;  // owning package (Linux); empty: not known
  // unpackaged, changed since packaging, deleted, memfd: where the source can tell
  std::optional<bool> packaged, package_differs, deleted, memfd;
  std::string parent_id;
  uint32_t parent_pid = 0;
  std::string parent_path, parent_command_line;
  std::string terminal;  // Linux: controlling terminal
  std::string unit, container;
  std::optional<int64_t> session;  // Windows: terminal session id (0: services); Linux: session
  std::optional<WallTime> started;
  std::optional<WallTime> file_written;  // when the executable was last changed
  bool kernel = false;                   // the kernel itself: System, a kernel thread
};

struct ProcessStarted {
  std::string invoked_as;                // what was given to execve
  bool standard_streams_socket = false;  // standard input or output is a socket
};
struct ProcessEnded {};

// A connection, an attempt at one, or a datagram exchange. One of `local`, `remote` may be unknown
// (unspecified address, port 0).
struct ConnectionMade {
  std::string id;  // the source's own: Zeek's uid, a flow id
  Transport transport = Transport::kTcp;
  std::optional<bool> outbound;  // who opened it: this host or process (true), or the other side
  Endpoint local, remote;
  std::string remote_name;
  NameSource name_source = NameSource::kNone;
  std::string service;           // application protocol, where somebody looked: http, smb, ssl
  std::optional<bool> answered;  // false: refused, or nobody there
  std::optional<double> duration_s;
  std::optional<uint64_t> bytes_out, bytes_in;  // of payload if the source tells, else of packets
  std::optional<uint64_t> packets_out, packets_in;
  bool finished = false;  // the record tells of the whole connection, not of its beginning
  std::optional<bool> blocked;
};
struct ListenerOpened {
  Transport transport = Transport::kTcp;
  Endpoint local;
};

struct DnsLookup {
  std::string name;                  // lower case, no trailing dot
  std::string type;                  // A, AAAA, TXT...; empty: not known
  std::string response_code;         // NOERROR, NXDOMAIN; empty: not known
  std::vector<std::string> answers;  // as text: addresses, names, TXT strings
  std::vector<IpAddress> addresses;  // the addresses among them
  std::optional<uint32_t> ttl_s;     // smallest
  Endpoint local, resolver;          // unspecified: not known
  std::optional<uint32_t> query_bytes, answer_bytes;
};
struct HttpExchange {
  std::string connection_id;
  Endpoint local, remote;
  std::string method, host, uri, user_agent, referrer;
  int status = 0;  // 0: no answer
  std::string content_type;
  std::optional<uint64_t> request_bytes, response_bytes;
  bool through_proxy = false;  // absolute target or CONNECT: `remote` is the proxy, `host` the peer
};
struct TlsSession {
  std::string connection_id;
  Endpoint local, remote;
  std::string server_name;  // SNI; empty: none sent
  std::string version, ja3, ja3s, ja4, alpn;
  std::string subject, issuer, certificate_sha1, certificate_sha256;
  std::optional<bool> self_signed, established;
};

// A file seen on its way over the network, by who watched the wire.
struct FileCarried {
  std::string connection_id;
  Endpoint local, remote;
  std::optional<bool> inbound;  // true: it came to this host
  std::string protocol;         // http, smb, smtp...
  std::string name, content_type;
  std::optional<uint64_t> bytes;
  std::string md5, sha1, sha256;  // lower-case hexadecimal; empty: not known
};

// Files and drives.
struct FileWritten {  // created or changed
  std::string path;
  std::optional<bool> hidden;
  std::optional<bool> executable;
};
// A file got the mark that it came from elsewhere (Windows: the stream Zone.Identifier of zone 3,
// the Internet, or 4, the restricted one).
struct FileMarked {
  std::string path;
  std::string from;               // URL; empty: the mark does not tell
  std::string md5, sha1, sha256;  // of the file, lower-case hexadecimal; empty: not known
};
struct FileDeleted {
  std::string path;
};
struct RemovableFileSeen {  // a file on a removable or network drive (autorun.inf, what it starts)
  std::string path;
  std::string drive;    // mount point or drive letter
  std::string content;  // of autorun.inf, at most 64 KiB; empty: not known
  std::optional<bool> hidden;
};

// Windows: what gives a system process a reason to speak SMB.
struct ShareConnected {
  std::string share;  // \\server\share
  IpAddress from;     // who connects, seen from the server; unspecified: this host itself
};
struct LoggedOn {
  std::string user, method;  // method: network, interactive, remote...
  Endpoint from;
};
struct ThreadInjected {  // one process made a thread in another
  Actor target;
};
struct MemoryOpened {  // one process opened another so that it can read its memory
  Actor target;
};
struct ServiceInstalled {  // a program that the system starts by itself from now on
  std::string name;
  std::string command;  // as registered: path and arguments
};
struct PipeMade {
  std::string name;
};
struct ModuleLoaded {
  std::string path;
  std::optional<bool> signature_valid;
};

using What = std::variant<ProcessStarted, ProcessEnded, ConnectionMade, ListenerOpened, DnsLookup,
                          HttpExchange, TlsSession, FileCarried, FileWritten, FileMarked,
                          FileDeleted, RemovableFileSeen, ShareConnected, LoggedOn, ThreadInjected,
                          MemoryOpened, ServiceInstalled, PipeMade, ModuleLoaded>;

// Where a statement came from, so that a person can find it again.
struct SourcePlace {
  std::string input;    // file (archive:member); empty: this machine, live
  uint64_t offset = 0;  // of the record in it
  std::string source;   // in words: "Sysmon 3", "Security 5156", "Zeek conn", "sensor"
};

struct Activity {
  WallTime time;
  std::string host;  // the machine it happened on, as the source names it
  Platform platform = Platform::kUnknown;
  Actor actor;  // all empty: the source knows no process (a capture, Zeek)
  What what;
  SourcePlace place;
};

}  // namespace picket::event
