// SPDX-License-Identifier: Apache-2.0
//
// picket's own YARA rules: few, each for a way of working and not for one sample. They are part of the
// program. Strings of rules that apply to ELF programs are written in hexadecimal, so that picket's
// own program, which holds this text, does not match them.

rule eicar_test_file
{
  meta:
    description = "EICAR test file: harmless, made to try scanners"
    severity = "low"
    confidence = "high"
  strings:
    // X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-
    $text = { 58 35 4F 21 50 25 40 41 50 5B 34 5C 50 5A 58 35 34 28 50 5E 29 37 43 43 29 37 7D 24 45 49 43 41 52 2D }
  condition:
    $text at 0 and filesize <= 128
}

rule script_reverse_shell
{
  meta:
    description = "script that connects a shell to another machine"
    severity = "high"
    attack = "T1059.004"
  strings:
    $tcp = /\/dev\/(tcp|udp)\/[0-9A-Za-z$][^\/\n]{0,255}\/[0-9$]/
    $interactive = /\b(ba|z|da|k)?sh\s+-i\b/
    $exec = /exec\s+[0-9]+<>\s*\/dev\/(tcp|udp)\//
    $python_dup = /os\.dup2\(\s*\w+\.fileno\(\)\s*,\s*[012]\s*\)/
    $python_shell = /(pty\.spawn|subprocess\.(call|Popen|run))\(\s*\[?\s*["']\/bin\/(ba)?sh/
    $perl = /open\(STD(IN|OUT)\s*,\s*["'][<>]&\w+["']\)/
    $netcat = /\bn(c|cat)\b[^\n]{0,80}\s(-e|-c|--exec)\s*["']?\/bin\/(ba)?sh/
    $fifo = /mkfifo\s+(\S+)[^\n]{0,120}\|\s*(\/bin\/)?(ba)?sh\s+-i[^\n]{0,120}\|\s*nc(at)?\s/
  condition:
    uint32(0) != 0x464C457F and uint16(0) != 0x5A4D and filesize < 2MB and
    (($tcp and $interactive) or $exec or ($python_dup and $python_shell) or
     ($perl and $interactive) or $netcat or $fifo)
}

rule script_fetches_and_starts
{
  meta:
    description = "script that fetches a program into a place for temporary files and starts it"
    severity = "high"
    attack = "T1105"
  strings:
    $fetch = /\b(curl|wget|tftp|ftpget)\b[^\n]{1,300}(\/tmp|\/var\/tmp|\/dev\/shm|\/var\/run)\//
    $fetch_there = /cd\s+(\/tmp|\/var\/tmp|\/dev\/shm|\/var\/run)[^\n]{0,200}\b(curl|wget|tftp|ftpget)\b/
    $mode = /chmod\s+(\+x|[0-7]?7[0-7]{2}|u\+x|a\+x)/
    $erase = /(history\s+-c|unset\s+HISTFILE|rm\s+-rf?\s+(\/var\/log|\$0|"\$0"))/
    $background = /(nohup|setsid)\s|&\s*$/
  condition:
    uint32(0) != 0x464C457F and filesize < 1MB and ($fetch or $fetch_there) and $mode and
    ($erase or $background)
}

rule miner_program
{
  meta:
    description = "program that mines digital money for a pool"
    severity = "medium"
    attack = "T1496"
  strings:
    // stratum+tcp:// and stratum+ssl://
    $pool_tcp = { 73 74 72 61 74 75 6D 2B 74 63 70 3A 2F 2F }
    $pool_ssl = { 73 74 72 61 74 75 6D 2B 73 73 6C 3A 2F 2F }
    // donate-level, randomx, cryptonight
    $donate = { 64 6F 6E 61 74 65 2D 6C 65 76 65 6C }
    $randomx = { 72 61 6E 64 6F 6D 78 }
    $cryptonight = { 63 72 79 70 74 6F 6E 69 67 68 74 }
    // What is said to a pool, not only known of it: job_id, mining.submit, mining.subscribe
    $job = { 6A 6F 62 5F 69 64 }
    $submit = { 6D 69 6E 69 6E 67 2E 73 75 62 6D 69 74 }
    $subscribe = { 6D 69 6E 69 6E 67 2E 73 75 62 73 63 72 69 62 65 }
  condition:
    (uint32(0) == 0x464C457F or uint16(0) == 0x5A4D) and any of ($pool_*) and
    any of ($donate, $randomx, $cryptonight) and any of ($job, $submit, $subscribe)
}

rule miner_settings
{
  meta:
    description = "settings of a program that mines digital money for a pool"
    severity = "medium"
    attack = "T1496"
  strings:
    $pools = "\"pools\""
    $url = /"url"\s*:\s*"(stratum\+(tcp|ssl):\/\/)?[a-z0-9.-]+:[0-9]+"/ nocase
    $donate = "\"donate-level\""
    $algorithm = /"algo"\s*:\s*"(rx|cn|kawpow|ghostrider|argon2|astrobwt)/
  condition:
    filesize < 1MB and uint32(0) != 0x464C457F and $pools and $url and ($donate or $algorithm)
}

rule web_shell_php
{
  meta:
    description = "PHP page that runs what a visitor sends"
    severity = "high"
    attack = "T1505.003"
  strings:
    $php = "<?php" nocase
    $short = "<?="
    $direct = /\b(eval|assert|system|passthru|shell_exec|exec|popen|proc_open)\s*\(\s*(@?\s*(base64_decode|gzinflate|gzuncompress|str_rot13|stripslashes|trim|urldecode)\s*\(\s*)*@?\s*\$_(GET|POST|REQUEST|COOKIE|SERVER)\b/ nocase
    $variable = /\$_(GET|POST|REQUEST|COOKIE)\s*\[[^\]]{1,40}\]\s*\(\s*@?\s*\$_(GET|POST|REQUEST|COOKIE)/ nocase
    $create = /create_function\s*\([^,]{0,40},\s*(base64_decode\s*\()?\s*\$_(GET|POST|REQUEST)/ nocase
  condition:
    filesize < 2MB and ($php or $short) and any of ($direct, $variable, $create)
}

rule windows_drive_worm
{
  meta:
    description = "Windows program that writes an autorun.inf which starts it from drives"
    severity = "high"
    attack = "T1091"
  strings:
    $file = "autorun.inf" ascii wide nocase
    $section = "[autorun]" ascii wide nocase
    $start_open = "shell\\open\\command" ascii wide nocase
    $start_execute = "shellexecute=" ascii wide nocase
    $start = "open=" ascii wide nocase
    $drives = /GetLogicalDrives|GetLogicalDriveStrings[AW]|GetDriveType[AW]/
  condition:
    uint16(0) == 0x5A4D and $file and $section and any of ($start*) and $drives
}

rule office_macro_that_starts_programs
{
  meta:
    description = "document with a macro that runs when it is opened and starts programs"
    severity = "high"
    attack = "T1204.002"
  strings:
    $open = /\b(Auto_?Open|Document_Open|Workbook_Open)\b/ nocase
    $shell = /WScript\.Shell|Shell\.Application|ShellExecute|powershell|cmd(\.exe)?\s*\/c/ nocase
    $create = "CreateObject" nocase
  condition:
    (uint32(0) == 0xE011CFD0 or filesize < 512KB) and uint16(0) != 0x5A4D and
    uint32(0) != 0x464C457F and $open and $shell and $create
}

rule shortcut_that_starts_a_script
{
  meta:
    description = "Windows shortcut that starts a script host instead of opening a document"
    severity = "high"
    attack = "T1204.001"
  strings:
    $powershell = /powershell(\.exe)?["']?\s+[^\x00]{0,200}(-e(nc|ncodedcommand)?\s|-w(indowstyle)?\s+h|iex|downloadstring)/ ascii wide nocase
    $hidden_script = /(wscript|cscript|mshta|rundll32)(\.exe)?["']?\s+[^\x00]{0,200}\.(vbs|vbe|js|jse|hta|dat|tmp)/ ascii wide nocase
    $command = /cmd(\.exe)?["']?\s+\/[ck]\s*[^\x00]{0,200}start\s+[^\x00]{0,100}(explorer|%cd%)/ ascii wide nocase
  condition:
    uint32(0) == 0x0000004C and uint32(4) == 0x00021401 and any of them
}

rule preloaded_library_that_hides
{
  meta:
    description = "library that is loaded into every program and hides files or processes"
    severity = "high"
    attack = "T1574.006"
  strings:
    // readdir and readdir64 as whole names: once because it is called, twice because its true place
    // is asked for by name; dlsym, ld.so.preload, /proc/self/fd/, /proc/%d or /proc/%s; a program
    // that names its loader (/ld-linux, /ld-musl) is no library
    $readdir = { 00 72 65 61 64 64 69 72 00 }
    $readdir64 = { 00 72 65 61 64 64 69 72 36 34 00 }
    $dlsym = { 64 6C 73 79 6D }
    $preload = { 6C 64 2E 73 6F 2E 70 72 65 6C 6F 61 64 }
    $own_files = { 2F 70 72 6F 63 2F 73 65 6C 66 2F 66 64 2F }
    $process = { 2F 70 72 6F 63 2F 25 ( 64 | 73 ) }
    $loader = { 2F 6C 64 2D ( 6C 69 6E 75 78 | 6D 75 73 6C ) }
  condition:
    uint32(0) == 0x464C457F and uint16(16) == 3 and filesize < 1MB and not $loader and
    (#readdir > 1 or #readdir64 > 1) and $dlsym and any of ($preload, $own_files, $process)
}

rule device_bot
{
  meta:
    description = "program that breaks into devices by telnet and keeps others out"
    severity = "high"
    attack = "T1110.001"
  strings:
    // /bin/busybox, /dev/watchdog, /proc/net/tcp, enable\0, system\0shell
    $busybox = { 2F 62 69 6E 2F 62 75 73 79 62 6F 78 20 }
    $watchdog = { 2F 64 65 76 2F 77 61 74 63 68 64 6F 67 }
    $watchdog_misc = { 2F 64 65 76 2F 6D 69 73 63 2F 77 61 74 63 68 64 6F 67 }
    $sockets = { 2F 70 72 6F 63 2F 6E 65 74 2F 74 63 70 }
    // "applet not found", which a busybox says of a command it does not have
    $applet = { 61 70 70 6C 65 74 20 6E 6F 74 20 66 6F 75 6E 64 }
  condition:
    uint32(0) == 0x464C457F and filesize < 4MB and $applet and $busybox and
    (($watchdog and $watchdog_misc) or $sockets)
}

rule ransom_note
{
  meta:
    description = "note that asks for money to give files back"
    severity = "high"
    attack = "T1486"
  strings:
    $files = /(all\s+)?(of\s+)?your\s+(important\s+)?(files|data|documents)[^\n]{0,60}(have\s+been|are|were)\s+(encrypted|locked)/ nocase
    $pay = /\b(bitcoin|btc|monero|xmr|ransom|pay(ment)?)\b/ nocase
    $onion = /[a-z2-7]{16,56}\.onion/ nocase
    $decrypt = /decrypt(ion|or)?\s+(key|tool|software|program)/ nocase
  condition:
    filesize < 64KB and uint32(0) != 0x464C457F and $files and $pay and ($onion or $decrypt)
}
