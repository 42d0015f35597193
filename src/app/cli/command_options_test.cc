// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command_options.h"

#include <gtest/gtest.h>

#include "app/cli/option_words.h"
#include "app/cli/test_command.h"
#include "view/filter.h"

namespace picket::app::cli {
namespace {

using test::connections;
using Words = std::vector<std::string>;

std::string filter_of(const Words& words) {
  const auto request = connections(words);
  return request ? request->filter : "ERROR " + request.error().text();
}

std::string error_of(const Words& words) {
  const auto request = connections(words);
  return request ? "no error" : request.error().text();
}

TEST(ConnectionsOptions, NothingAskedIsEverything) {
  const auto request = connections({});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->output, Output::kTable);
  EXPECT_EQ(request->filter, "");
  EXPECT_EQ(request->sort, SortKey::kAge);
  EXPECT_FALSE(request->width);
  EXPECT_TRUE(request->columns.empty());
}

TEST(ConnectionsOptions, EachFilterBecomesATerm) {
  EXPECT_EQ(filter_of({"--process", "curl"}), "process:curl");
  EXPECT_EQ(filter_of({"--pid", "4122"}), "pid:4122");
  EXPECT_EQ(filter_of({"--user", "www-data"}), "user:www-data");
  EXPECT_EQ(filter_of({"-p", "443"}), "port:443");
  EXPECT_EQ(filter_of({"--port", "1-1024"}), "port:1-1024");
  EXPECT_EQ(filter_of({"--addr", "10.0.0.0/8"}), "addr:10.0.0.0/8");
  EXPECT_EQ(filter_of({"--proto", "UDP"}), "proto:udp");
  EXPECT_EQ(filter_of({"--proto", "132"}), "proto:132");
  EXPECT_EQ(filter_of({"--state", "syn-sent"}), "state:syn_sent");
  EXPECT_EQ(filter_of({"--state", "ESTAB"}), "state:established");
  EXPECT_EQ(filter_of({"--direction", "in"}), "dir:inbound");
  EXPECT_EQ(filter_of({"--listening"}), "listening");
  EXPECT_EQ(filter_of({"--unit", "nginx.service"}), "unit:nginx.service");
  EXPECT_EQ(filter_of({"--container", "3f2a9c1b7d42"}), "container:3f2a9c1b7d42");
  EXPECT_EQ(filter_of({"--name", "*.example.com"}), "name:*.example.com");
  EXPECT_EQ(filter_of({"--filter", "-process:curl"}), "-process:curl");
}

TEST(ConnectionsOptions, RepeatedIsEitherAndDifferentIsBoth) {
  EXPECT_EQ(filter_of({"--port", "80,443", "--port", "8080"}), "port:80,443,8080");
  EXPECT_EQ(filter_of({"-l", "--proto", "tcp", "--filter", "user:root", "--process", "nginx"}),
            "process:nginx proto:tcp listening user:root");
}

TEST(ConnectionsOptions, OddTextIsQuoted) {
  EXPECT_EQ(filter_of({"--process", "Web Content"}), "process:\"Web Content\"");
  EXPECT_EQ(filter_of({"--process", "a\"b\\c"}), "process:\"a?b\\c\"");
  EXPECT_EQ(filter_of({"--unit", "user@1000.service"}), "unit:user@1000.service");
  EXPECT_EQ(filter_of({"--addr", "2001:db8::/32"}), "addr:2001:db8::/32");
  EXPECT_EQ(filter_of({"--container", "docker:3f2a"}), "container:docker:3f2a");
  EXPECT_EQ(filter_of({"--process", "日本"}), "process:日本");
}

// Both sides of the agreement: what the options come to is what the language takes.
TEST(ConnectionsOptions, TheFilterLanguageTakesEveryTerm) {
  const std::vector<Words> lines{{"--process", "Web Content,a\"b,[kworker],日本,/usr/bin/*"},
                                 {"--pid", "1,4194304"},
                                 {"--user", "www-data,1000"},
                                 {"--port", "0,443,1-65535"},
                                 {"--addr", "10.0.0.0/8,fd00::1,::/0"},
                                 {"--proto", "tcp,132"},
                                 {"--direction", "in,out,listening,unknown"},
                                 {"--unit", "dev-disk\\x2duuid.swap"},
                                 {"--container", "docker:3f2a9c1b7d42"},
                                 {"--name", "*.example.com"},
                                 {"-l"},
                                 {"--filter", "not port:22 -user:root"}};
  Words all;
  for (const Words& line : lines) {
    const auto filter = view::Filter::parse(filter_of(line));
    EXPECT_TRUE(filter) << line.front() << ": " << filter.error().text();
    all.insert(all.end(), line.begin(), line.end());
  }
  EXPECT_TRUE(view::Filter::parse(filter_of(all)));
  for (std::string_view state : words_for("STATE"))
    EXPECT_TRUE(view::Filter::parse(filter_of({"--state", std::string(state)}))) << state;
  for (std::string_view proto : words_for("PROTO"))
    EXPECT_TRUE(view::Filter::parse(filter_of({"--proto", std::string(proto)}))) << proto;
}

TEST(ConnectionsOptions, WrongValuesSayWhatToWrite) {
  EXPECT_EQ(error_of({"--pid", "curl"}),
            "--pid: \"curl\" is not a process id\n  write a number from 1 to 4194304; for a name: "
            "--process");
  EXPECT_EQ(error_of({"--pid", "0"}),
            "--pid: \"0\" is not a process id\n  write a number from 1 to 4194304; for a name: "
            "--process");
  EXPECT_EQ(error_of({"--port", "https"}),
            "--port: \"https\" is a name, not a port number\n  did you mean 443?");
  EXPECT_EQ(error_of({"--port", "65536"}),
            "--port: \"65536\" is not a port\n  write a number from 0 to 65535, or a range such as "
            "1-1024");
  EXPECT_EQ(error_of({"--port", "1024-1"}),
            "--port: \"1024-1\" runs backwards\n  did you mean 1-1024?");
  EXPECT_EQ(error_of({"--addr", "10.0.0.300"}),
            "--addr: \"10.0.0.300\" is not an address or prefix\n"
            "  write it as 10.0.0.7, 10.0.0.0/8, fd00::1 or 2001:db8::/32");
  EXPECT_EQ(
      error_of({"--addr", "example.org"}),
      "--addr: \"example.org\" is not an address or prefix\n  for a host name: --name example.org");
  EXPECT_EQ(error_of({"--addr", "10.0.0.7:443"}),
            "--addr: \"10.0.0.7:443\" is not an address or prefix\n"
            "  give the port apart: --addr 10.0.0.7 --port 443");
  EXPECT_EQ(error_of({"--name", "10.0.0.7"}),
            "--name: \"10.0.0.7\" is an address\n  write --addr 10.0.0.7");
  EXPECT_EQ(error_of({"--proto", "tcp6"}),
            "--proto: \"tcp6\" says two things at once\n  write --proto tcp --addr ::/0");
  EXPECT_EQ(error_of({"--proto", "tpc"}),
            "--proto: \"tpc\" is not a protocol\n  did you mean tcp? There are tcp, udp, icmp, "
            "raw, packet and other");
  EXPECT_EQ(error_of({"--state", "estalished"}),
            "--state: \"estalished\" is not a state\n  did you mean established? There are "
            "unknown, open, syn_sent, syn_recv, "
            "established, fin_wait1, fin_wait2, time_wait, closed, close_wait, last_ack, listen "
            "and closing");
  EXPECT_EQ(error_of({"--direction", "sideways"}),
            "--direction: \"sideways\" is not a direction\n  There are inbound, outbound, "
            "listening and unknown");
  EXPECT_EQ(error_of({"--port", "80,,443"}),
            "--port: there is an empty value in \"80,,443\"\n"
            "  write values with one comma between them, or leave the option out");
}

TEST(ConnectionsOptions, HostileValuesAreShownHarmless) {
  EXPECT_EQ(error_of({"--process", "a\x1b[2J"}),
            "--process: \"a\\x1b[2J\" holds a control character\n  leave it out, or write ? for "
            "any one character");
  EXPECT_EQ(
      error_of({"--port", "\n"}),
      "--port: \"\\n\" is not a port\n  write a number from 0 to 65535, or a range such as 1-1024");
}

TEST(ConnectionsOptions, OutputsExcludeEachOther) {
  EXPECT_EQ(error_of({"--json", "--csv"}),
            "--json and --csv are two forms of the same output\n  choose one of them");
  EXPECT_EQ(error_of({"--follow"}),
            "--follow writes JSON lines and needs --json\n  write --follow --json; for a live "
            "table: picket watch");
  EXPECT_EQ(error_of({"--status", "--csv"}),
            "--status is not to be had as CSV\n  write --status --json");
  EXPECT_EQ(error_of({"--status", "--follow", "--json"}),
            "--status and --follow exclude each other\n  the lines of --follow include the status");
  const auto follow = connections({"-f", "--json"});
  ASSERT_TRUE(follow);
  EXPECT_TRUE(follow->follow);
  EXPECT_EQ(follow->output, Output::kJson);
}

TEST(ConnectionsOptions, SortColumnsAndWidth) {
  const auto request = connections(
      {"--sort", "in", "-r", "--columns", "process,remote", "--columns", "age", "--width", "0"});
  ASSERT_TRUE(request) << request.error().text();
  EXPECT_EQ(request->sort, SortKey::kIn);
  EXPECT_TRUE(request->reverse);
  EXPECT_EQ(request->columns,
            (std::vector<Column>{Column::kProcess, Column::kRemote, Column::kAge}));
  EXPECT_EQ(request->width, std::optional<size_t>(0));
  EXPECT_EQ(error_of({"--sort", "proces"}),
            "--sort: \"proces\" is not something to sort by\n  did you mean process? There are "
            "age, in, out, process, "
            "pid, user, remote, local, name, state and proto");
  EXPECT_TRUE(error_of({"--columns", "process,exe"})
                  .starts_with("--columns: \"exe\" is not a column\n  did you mean executable?"));
  EXPECT_EQ(error_of({"--columns", "pid,pid"}),
            "--columns: pid is there twice\n  name each column once");
  EXPECT_EQ(error_of({"--width", "wide"}),
            "--width: \"wide\" is not a width\n  write a number of columns from 20 to 10000, or 0 "
            "for no limit");
  EXPECT_TRUE(error_of({"--width", "19"}).starts_with("--width: \"19\" is not a width"));
  EXPECT_TRUE(error_of({"--width", "10001"}).starts_with("--width: \"10001\" is not a width"));
}

TEST(ConnectionsOptions, SocketPathHasTheKernelsBound) {
  EXPECT_EQ(error_of({"--socket", std::string(107, 'a')}), "no error");
  EXPECT_EQ(error_of({"--socket", std::string(108, 'a')}),
            "--socket: the path has 108 bytes, a socket's may have 107\n  choose a shorter one");
}

TEST(WatchOptions, Resolve) {
  test::TestCommand command;
  ASSERT_FALSE(command.parse({"watch", "--hide-local", "--process", "curl", "--ascii"}));
  const auto request = resolve(command.watch);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->filter, "process:curl");
  EXPECT_EQ(request->grouping, view::Grouping::kApplication);
  EXPECT_TRUE(request->hide_local);
  EXPECT_TRUE(request->session.ascii);
  for (std::string_view word :
       {view::text(view::Grouping::kUnit), view::text(view::Grouping::kRemoteHost)}) {
    command.watch.group = word;
    ASSERT_TRUE(resolve(command.watch));
    EXPECT_EQ(view::text(resolve(command.watch)->grouping), word);
  }
  command.watch.group = "colour";
  ASSERT_FALSE(resolve(command.watch));
  EXPECT_EQ(resolve(command.watch).error().message, "--group: \"colour\" is not a grouping");
}

TEST(RunOptions, Resolve) {
  test::TestCommand command;
  ASSERT_FALSE(command.parse({"run", "--headless", "--cgroup", "/sys/fs/cgroup/x", "--user",
                              "nobody", "--geo", "a.mmdb", "--geo", "b.mmdb"}));
  const auto options = resolve(command.run);
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->headless);
  EXPECT_EQ(options->user, "nobody");
  EXPECT_EQ(options->geo, (Words{"a.mmdb", "b.mmdb"}));
  command.run.fallback = true;
  EXPECT_EQ(resolve(command.run).error().text(),
            "--cgroup needs BPF, which --fallback leaves aside\n  leave one of the two out");
  command.run.cgroup = "x";
  EXPECT_EQ(
      resolve(command.run).error().text(),
      "--cgroup: \"x\" is not a full path\n"
      "  write the directory of the cgroup from the root, such as /sys/fs/cgroup/system.slice");
  command.run.geo = {""};
  EXPECT_EQ(resolve(command.run).error().message, "--geo: the file name is empty");
}

TEST(WrongUse, SuggestsWhatWasMeant) {
  const auto text = [](Words words) {
    test::TestCommand command;
    const auto error = command.parse(std::move(words));
    return error ? error->text() : "no error";
  };
  EXPECT_EQ(
      text({"conections"}),
      "picket: there is no command \"conections\"\n  did you mean connections? see picket --help");
  EXPECT_EQ(text({"frobnicate"}),
            "picket: there is no command \"frobnicate\"\n  see picket --help");
  EXPECT_EQ(text({}),
            "picket: what should it do?\n  the commands are connections, watch and run; see picket "
            "--help");
  EXPECT_EQ(text({"connections", "--prcess", "x"}),
            "picket connections: there is no option --prcess\n  did you mean --process? see picket "
            "connections --help");
  EXPECT_EQ(text({"connections", "--statee=x"}),
            "picket connections: there is no option --statee\n  did you mean --state? see picket "
            "connections --help");
  EXPECT_EQ(text({"connections", "listening"}),
            "picket connections: nothing to do with \"listening\"\n  did you mean --listening? see "
            "picket connections --help");
  EXPECT_EQ(text({"connections", "\x1b[2J"}),
            "picket connections: nothing to do with \"\\x1b[2J\"\n  see picket connections --help");
  EXPECT_EQ(text({"connections", "--port"}),
            "picket connections: --port: 1 required PORT missing\n  see picket connections --help");
}

}  // namespace
}  // namespace picket::app::cli
